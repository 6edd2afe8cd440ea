//! Every documented member has a field that holds it, and a name that errors may show.

use recallai_webhook_event::{CATALOGUE, Event, EventData, EventRef};

use crate::laws::tree::Tree;
use crate::support;

/// Fixtures with members that are kept in `extra` on purpose, and why.
const BEYOND: [(&str, &str); 2] = [
    ("bot.breakout_room_entered.json", "`breakout_room`, of which no shape is published"),
    ("realtime_endpoint.failed.json", "`error` of the status, which no vendor page has"),
];

/// The path in the error of a body, if it is unreadable.
fn refused(body: &Tree) -> Option<String> {
    EventRef::parse(body.to_string().as_bytes()).err().map(|error| error.path().to_owned())
}

/// The body with one member replaced by text of its own.
fn damaged(body: &Tree, path: &[String], with: &str) -> Option<String> {
    refused(&body.with(path, Some(Tree::Other(with.to_owned()))))
}

/// Whether the value at the path may be anything, or stands within one that may.
fn is_open(body: &Tree, path: &[String]) -> bool {
    (1..=path.len()).any(|len| damaged(body, &path[..len], "7").is_none())
}

/// A name that is not in `MEMBERS` stands as `*` in the path.
#[test]
fn errors_spell_every_member_of_the_examples() {
    for entry in CATALOGUE {
        let body = Tree::parse(&entry.example());
        for path in body.paths() {
            let spelled = path.join(".");
            // Within an open value the names are the sender's, and stand as `*` by design.
            if !is_open(&body, &path[..path.len() - 1]) {
                let found = damaged(&body, &path, "not json");
                assert_eq!(found.as_ref(), Some(&spelled), "{}: not JSON", entry.name);
            }
            for found in [damaged(&body, &path, "7"), refused(&body.with(&path, None))] {
                assert_eq!(found.unwrap_or(spelled.clone()), spelled, "{}", entry.name);
            }
        }
    }
}

/// What the grammar refuses it knows; the fixtures have members that the examples leave out.
#[test]
fn errors_spell_every_member_of_the_fixtures() {
    for fixture in support::events() {
        let body = Tree::parse(&fixture.body);
        for path in body.paths() {
            let found = [damaged(&body, &path, "7"), refused(&body.with(&path, None))];
            let hidden = found.iter().flatten().find(|found| found.contains('*'));
            assert_eq!(hidden, None, "{}: {}", fixture.file, path.join("."));
        }
    }
}

/// What stands in the `extra` of a payload and of its parts. `Debug` shows the parts of every
/// payload, those of a new family too, which a `match` here would have to be told of.
fn beyond(event: &Event) -> Vec<String> {
    let shown = format!("{event:?}");
    let extras = shown.split("extra: {").skip(1);
    extras.filter(|rest| !rest.starts_with('}')).map(str::to_owned).collect()
}

#[test]
fn every_member_of_the_examples_has_a_field() {
    for entry in CATALOGUE {
        let body = entry.example();
        let event = Event::parse(body.as_bytes()).unwrap();
        assert_eq!(beyond(&event), Vec::<String>::new(), "{}", entry.name);
        // And would be seen if it had none.
        if !matches!(event.data(), EventData::Opaque(_)) {
            let unknown = ["data".to_owned(), "unheard_of".to_owned()];
            let body = Tree::parse(&body).with(&unknown, Some(Tree::parse("7"))).to_string();
            let event = Event::parse(body.as_bytes()).unwrap();
            assert_eq!(beyond(&event).len(), 1, "{}", entry.name);
        }
    }
}

#[test]
fn every_member_of_the_fixtures_has_a_field() {
    for fixture in support::events() {
        let event = Event::parse(fixture.body.as_bytes()).unwrap();
        let listed = BEYOND.iter().any(|(file, _)| *file == fixture.file);
        let found = beyond(&event);
        assert_eq!(!found.is_empty(), listed, "{}: {found:?}", fixture.file);
    }
}
