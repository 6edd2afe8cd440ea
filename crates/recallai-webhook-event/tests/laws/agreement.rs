//! The owned and the borrowed reading say the same of a body.

use recallai_webhook_event::{Event, EventData, EventRef, Json, Nullable, Resource, ResourceRef};

pub(crate) fn check(body: &[u8]) {
    let (borrowed, owned) = match (EventRef::parse(body), Event::parse(body)) {
        (Ok(borrowed), Ok(owned)) => (borrowed, owned),
        (Err(borrowed), Err(owned)) => return assert_eq!(borrowed, owned),
        (borrowed, owned) => panic!("{borrowed:?} but {owned:?}"),
    };
    assert_eq!(owned.name(), &borrowed.name());
    assert_eq!(owned.entry(), borrowed.entry());
    assert_eq!(owned.family(), borrowed.family());
    assert_eq!(owned.recording_id(), borrowed.recording_id());
    assert_eq!(owned.bot_id(), borrowed.bot_id());
    assert_eq!(owned.sdk_upload_id(), borrowed.sdk_upload_id());
    assert_eq!(
        status_of(&owned),
        borrowed.status().map(|status| {
            let sub_code = text_of(&status.sub_code);
            (status.code.to_string(), sub_code, status.updated_at.to_string())
        })
    );
    if let EventData::Artifact(data) = owned.data() {
        assert_eq!(borrowed.artifact(), Some((data.kind, data.artifact.id.as_str())));
        assert_eq!(borrowed.target_member(), Some(data.artifact_member));
        same_metadata(borrowed.target(), &data.artifact);
        same_metadata(borrowed.recording(), &data.recording);
        if let Some(bot) = data.bot.as_ref() {
            same_metadata(borrowed.bot(), bot);
        }
        if let Some(upload) = data.sdk_upload.as_ref() {
            same_metadata(borrowed.sdk_upload(), upload);
        }
    } else {
        assert_eq!(borrowed.artifact(), None);
    }
    assert_eq!(owned, borrowed.to_event());
}

/// Metadata that has no members is none.
fn same_metadata(borrowed: Option<&ResourceRef<'_>>, owned: &Resource) {
    let canonical = |json: Json| json.to_canonical();
    let members = owned.metadata.as_ref().filter(|members| !members.is_empty());
    let owned = members.map(|members| Json::parse(&serde_json::to_string(members).unwrap()));
    let borrowed = borrowed.unwrap().metadata().map(canonical);
    assert_eq!(borrowed, owned.map(|json| canonical(json.unwrap())));
}

fn status_of(event: &Event) -> Option<(String, Nullable<String>, String)> {
    let (code, sub_code, time) = match event.data() {
        EventData::BotStatusChange(data) => {
            (&data.status.code, &data.status.sub_code, &data.status.created_at)
        }
        _ => {
            let status = event.status()?;
            (&status.code, &status.sub_code, &status.updated_at)
        }
    };
    Some((code.to_string(), text_of(sub_code), time.to_string()))
}

fn text_of(value: &Nullable<impl ToString>) -> Nullable<String> {
    match value {
        Nullable::Present(value) => Nullable::Present(value.to_string()),
        Nullable::Null => Nullable::Null,
        Nullable::Absent => Nullable::Absent,
    }
}
