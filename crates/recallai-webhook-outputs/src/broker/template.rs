//! Templates of the places that brokers know: subjects, routing keys, names of streams and topics.

use crate::{Attribute, Outgoing, OutputError};

/// Text with placeholders. What stands for a placeholder cannot leave its place, whatever the event says:
/// of a value, ASCII letters, digits, `-` and `_` stay, and everything else becomes `_`. Only the dots of
/// an event name stay as well, since brokers tell levels by them; a level without a character is `_`,
/// and so is a value that there is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Template {
    parts: Vec<Part>,
    grammar: Grammar,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(Box<str>),
    Value(Attribute),
}

/// What a place may look like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grammar {
    /// A subject of NATS.
    Subject,
    /// The name of a stream of Redis.
    StreamKey,
    /// A routing key of AMQP.
    RoutingKey,
    /// A topic of Kafka.
    Topic,
}

/// What can stand between braces.
const PLACEHOLDERS: [Attribute; 4] =
    [Attribute::Event, Attribute::Scope, Attribute::Subscription, Attribute::SubjectId];

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    ///
    /// A placeholder is not known, or what is around it is not what the broker can take.
    pub(crate) fn parse(
        option: &'static str,
        text: &str,
        grammar: Grammar,
    ) -> Result<Self, OutputError> {
        let wrong = |reason: &str| OutputError::Option { option, reason: reason.into() };
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').ok_or_else(|| wrong("has a { without }"))?;
            let known = PLACEHOLDERS.into_iter().find(|known| known.name() == name);
            let known = known.ok_or_else(|| {
                wrong("has a placeholder other than {event}, {scope}, {subscription}, {subject-id}")
            })?;
            parts.push(Part::Text(before.into()));
            parts.push(Part::Value(known));
            rest = after;
        }
        parts.push(Part::Text(rest.into()));
        parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
        if parts.iter().any(|part| matches!(part, Part::Text(text) if text.contains('}'))) {
            return Err(wrong("has a } without {"));
        }
        let template = Self { parts, grammar };
        let sample = template.with(|_| Some("x"));
        grammar.check(&sample).map_err(wrong)?;
        Ok(template)
    }

    /// The place for one thing.
    ///
    /// # Errors
    ///
    /// It is longer than the broker allows, which is permanent.
    pub(crate) fn fill(&self, outgoing: &Outgoing) -> Result<String, OutputError> {
        let place = self.with(|attribute| outgoing.attribute(attribute));
        match self.grammar.check(&place) {
            Ok(()) => Ok(place),
            Err(reason) => Err(OutputError::Permanent {
                reason: format!("{} {reason}", self.grammar.name()).into(),
            }),
        }
    }

    /// The place, if it is the same for all.
    pub(crate) fn fixed(&self) -> Option<&str> {
        match &*self.parts {
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// What is before the first placeholder.
    pub(crate) fn beginning(&self) -> &str {
        match self.parts.first() {
            Some(Part::Text(text)) => text,
            _ => "",
        }
    }

    fn with<'a>(&self, value: impl Fn(Attribute) -> Option<&'a str>) -> String {
        let mut place = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => place.push_str(text),
                Part::Value(attribute) => {
                    let value = value(*attribute).unwrap_or_default();
                    push_safe(&mut place, value, *attribute == Attribute::Event);
                }
            }
        }
        place
    }
}

/// Appends a value of which only the safe characters are left.
fn push_safe(place: &mut String, value: &str, has_levels: bool) {
    if !has_levels {
        return push_level(place, value);
    }
    for (at, level) in value.split('.').enumerate() {
        if at > 0 {
            place.push('.');
        }
        push_level(place, level);
    }
}

fn push_level(place: &mut String, level: &str) {
    if level.is_empty() {
        place.push('_');
    }
    let is_safe = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    place.extend(level.chars().map(|c| if is_safe(c) { c } else { '_' }));
}

impl Grammar {
    const fn name(self) -> &'static str {
        match self {
            Self::Subject => "the subject",
            Self::StreamKey => "the name of the stream",
            Self::RoutingKey => "the routing key",
            Self::Topic => "the topic",
        }
    }

    /// How many bytes a place may have: the broker's limit, or where it has none, one of ours.
    const fn limit(self) -> usize {
        match self {
            Self::Subject | Self::StreamKey => 512,
            Self::RoutingKey => 255,
            Self::Topic => 249,
        }
    }

    /// Holds a place against the grammar.
    fn check(self, place: &str) -> Result<(), &'static str> {
        if place.len() > self.limit() {
            return Err(match self {
                Self::Subject | Self::StreamKey => "is longer than 512 bytes",
                Self::RoutingKey => "is longer than 255 bytes",
                Self::Topic => "is longer than 249 bytes",
            });
        }
        if place.chars().any(char::is_control) {
            return Err("has a control character");
        }
        match self {
            // The default exchange and fanouts take an empty one.
            Self::RoutingKey => Ok(()),
            _ if place.is_empty() => Err("is empty"),
            Self::StreamKey => Ok(()),
            Self::Subject if place.contains(char::is_whitespace) => Err("has white space"),
            Self::Subject if place.contains(['*', '>']) => Err("has a wildcard"),
            Self::Subject if place.split('.').any(str::is_empty) => Err("has an empty token"),
            Self::Subject if place.starts_with('$') => Err("begins with $"),
            Self::Subject => Ok(()),
            Self::Topic if place == "." || place == ".." => Err("is . or .."),
            Self::Topic if place.chars().all(is_of_topic) => Ok(()),
            Self::Topic => Err("has other characters than ASCII letters, digits, '.', '_' and '-'"),
        }
    }
}

fn is_of_topic(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::Grammar::{RoutingKey, StreamKey, Subject, Topic};
    use super::*;

    const GRAMMARS: [Grammar; 4] = [Subject, StreamKey, RoutingKey, Topic];

    fn outgoing(event: &str, scope: &str) -> Outgoing {
        let mut outgoing = Outgoing::json("key", "{}");
        outgoing.attributes =
            vec![(Attribute::Event, event.into()), (Attribute::Scope, scope.into())];
        outgoing
    }

    fn fill(template: &str, grammar: Grammar, event: &str, scope: &str) -> String {
        let template = Template::parse("subject", template, grammar).unwrap();
        template.fill(&outgoing(event, scope)).unwrap()
    }

    #[test]
    fn placeholders_stand_for_what_is_said() {
        for grammar in GRAMMARS {
            let filled = fill("recall.{scope}.{event}", grammar, "video_mixed.done", "eu-1");
            assert_eq!(filled, "recall.eu-1.video_mixed.done");
            assert_eq!(fill("a-{subject-id}", grammar, "x", "y"), "a-_");
        }
    }

    #[test]
    fn a_value_cannot_leave_its_place() {
        for (event, scope, expected) in [
            ("a.*.>", "a.b", "r.a_b.a._._"),
            ("", "", "r._._"),
            ("..", ">", "r._._._._"),
            ("a b\r\nPUB x 1", "{event}", "r._event_.a_b__PUB_x_1"),
            ("é.done", "#", "r._._.done"),
        ] {
            for grammar in GRAMMARS {
                let filled = fill("r.{scope}.{event}", grammar, event, scope);
                assert_eq!(filled, expected, "{event:?} {scope:?} {grammar:?}");
            }
        }
    }

    #[test]
    fn what_the_broker_cannot_take_is_refused_at_once() {
        let check = |grammar, text: &str, expected: &str| {
            let error = Template::parse("place", text, grammar).unwrap_err().to_string();
            assert_eq!(error, format!("place: {expected}"), "{text}");
        };
        for grammar in GRAMMARS {
            check(grammar, "a{event", "has a { without }");
            check(grammar, "a}", "has a } without {");
            let known = "{event}, {scope}, {subscription}, {subject-id}";
            check(grammar, "{turn}", &format!("has a placeholder other than {known}"));
            check(grammar, "a\nb", "has a control character");
        }
        check(Subject, "", "is empty");
        check(Subject, "a..b", "has an empty token");
        check(Subject, "{event}.", "has an empty token");
        check(Subject, "a.*", "has a wildcard");
        check(Subject, "a b", "has white space");
        check(Subject, "$JS.API.STREAM.DELETE.x", "begins with $");
        check(StreamKey, "", "is empty");
        check(Topic, "..", "is . or ..");
        check(Topic, "a/b", "has other characters than ASCII letters, digits, '.', '_' and '-'");
        check(RoutingKey, &"a".repeat(256), "is longer than 255 bytes");
        assert!(Template::parse("place", "", RoutingKey).is_ok());
    }

    #[test]
    fn a_value_that_makes_it_too_long_is_permanent() {
        let template = Template::parse("topic", "{event}", Topic).unwrap();
        let error = template.fill(&outgoing(&"a".repeat(250), "")).unwrap_err();
        assert!(error.is_permanent());
        assert_eq!(error.to_string(), "the topic is longer than 249 bytes");
    }

    #[test]
    fn a_template_without_placeholders_is_fixed() {
        let fixed = Template::parse("topic", "recall", Topic).unwrap();
        assert_eq!((fixed.fixed(), fixed.beginning()), (Some("recall"), "recall"));
        let other = Template::parse("topic", "recall.{event}", Topic).unwrap();
        assert_eq!((other.fixed(), other.beginning()), (None, "recall."));
    }
}
