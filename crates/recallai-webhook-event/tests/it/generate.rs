//! Events and damaged bodies for property tests.

use proptest::collection::vec;
use proptest::prelude::*;
use recallai_webhook_event::{CATALOGUE, EventRef};

use crate::laws::tree::Tree;
use crate::support;

/// Readable bodies of every event of the catalogue: unknown members everywhere, optional members
/// null or absent, numbers and strings in odd spellings.
pub(crate) fn event() -> impl Strategy<Value = String> {
    let row = 0..CATALOGUE.len();
    let unknown = vec((any::<prop::sample::Index>(), value()), 0..6);
    let optional = vec(prop::sample::select(vec!["kept", "null", "absent"]), 48);
    (row, unknown, optional, any::<bool>()).prop_map(|(row, unknown, optional, event_first)| {
        let mut tree = Tree::parse(&CATALOGUE[row].example());
        for (path, choice) in tree.paths().iter().zip(optional) {
            let changed = match choice {
                "absent" => tree.with(path, None),
                "null" => tree.with(path, Some(Tree::parse("null"))),
                _ => continue,
            };
            // What a family can do without, the schema says as well, and is asked elsewhere.
            if let Ok(event) = EventRef::parse(changed.to_string().as_bytes())
                && event.name() == CATALOGUE[row].name
            {
                tree = changed;
            }
        }
        for (number, (place, value)) in unknown.into_iter().enumerate() {
            let mut objects = vec![Vec::new()];
            objects.extend(tree.paths());
            let mut path = place.get(&objects).clone();
            path.push(format!("x \"{number}\" \u{fc}"));
            tree = tree.with(&path, Some(Tree::parse(&value)));
        }
        respell(&if event_first { tree.event_first() } else { tree.to_string() })
    })
}

/// The same JSON in another spelling: white space around the parts, some letters escaped.
fn respell(json: &str) -> String {
    let (mut respelled, mut inside, mut escaped) = (String::new(), false, false);
    for c in json.chars() {
        match c {
            'z' | 'k' if inside && !escaped => respelled += &format!("\\u{:04X}", u32::from(c)),
            ':' | ',' | '}' if !inside => respelled += &format!(" {c}\n\t"),
            _ => respelled.push(c),
        }
        inside ^= c == '"' && !escaped;
        escaped = inside && c == '\\' && !escaped;
    }
    respelled
}

/// JSON values, some in spellings that a reader is tempted to change.
pub(crate) fn value() -> impl Strategy<Value = String> {
    let odd = prop::sample::select(vec![
        "null",
        "true",
        "false",
        "1e2",
        "-0",
        "-0.0",
        "1.10",
        "12345678901234567890123",
        "1E+05",
        "0.1e-300",
        r#""""#,
        r#""\u0041\n\/""#,
        r#""\ud83d\ude00""#,
    ]);
    let leaf = prop_oneof![
        odd.prop_map(str::to_owned),
        any::<i64>().prop_map(|number| number.to_string()),
        any::<String>().prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(|elements| format!("[{}]", elements.join(" , "))),
            prop::collection::btree_map("[a-d]{1,2}|id|data|metadata", inner, 0..4).prop_map(
                |members| {
                    // Backwards, so that who sorts them has something to do.
                    let members = members.iter().rev();
                    let members: Vec<String> =
                        members.map(|(name, value)| format!("\"{name}\":{value}")).collect();
                    format!("{{{}}}", members.join(","))
                }
            ),
        ]
    })
}

/// Fixtures with a few bytes, or a few members, changed.
pub(crate) fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let bytes: Vec<Vec<u8>> =
        support::all().into_iter().map(|fixture| fixture.body.into_bytes()).collect();
    let token = prop_oneof![
        any::<u8>().prop_map(|byte| vec![byte]),
        prop::sample::select(vec!["\"", "\\", "{", "}", "[", "]", ",", ":", "null", "1e9", "\\u"])
            .prop_map(|text| text.as_bytes().to_vec()),
        Just(Vec::new()),
    ];
    let changes = vec((any::<prop::sample::Index>(), 0..4_usize, token), 0..4);
    let by_bytes = (prop::sample::select(bytes), changes).prop_map(|(body, changes)| {
        changes.into_iter().fold(body, |mut body, (place, len, token)| {
            let at = place.index(body.len() + 1);
            let end = (at + len).min(body.len());
            body.splice(at..end, token);
            body
        })
    });
    let trees: Vec<Tree> =
        support::all().iter().map(|fixture| Tree::parse(&fixture.body)).collect();
    let change = (any::<prop::sample::Index>(), prop::option::of(value()));
    let by_members = (prop::sample::select(trees), vec(change, 0..3), any::<bool>()).prop_map(
        |(tree, changes, event_first)| {
            let changed = changes.into_iter().fold(tree, |tree, (place, value)| {
                let paths = tree.paths();
                if paths.is_empty() {
                    return tree;
                }
                tree.with(&paths[place.index(paths.len())], value.as_deref().map(Tree::parse))
            });
            if event_first { changed.event_first() } else { changed.to_string() }.into_bytes()
        },
    );
    prop_oneof![by_bytes, by_members]
}
