//! Which dead letters are meant.

use recallai_webhook_dispatch::inbox::JobId;
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema,
};
use utoipa::{PartialSchema, ToSchema};

use super::page::LARGEST;
use super::{Number, Text, given};

/// Dead letters by their numbers, or all of a subscription.
#[derive(Debug)]
pub(crate) enum Letters {
    Ids(Vec<JobId>),
    Of(Text),
}

/// The most numbers of a request.
const IDS: usize = 1000;

/// What is given: one of both.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    #[serde(default, deserialize_with = "given")]
    ids: Option<Vec<Box<RawValue>>>,
    #[serde(default, deserialize_with = "given")]
    subscription: Option<Text>,
}

impl<'de> Deserialize<'de> for Letters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Given::deserialize(deserializer)? {
            Given { ids: Some(ids), subscription: None } => {
                if !(1..=IDS).contains(&ids.len()) {
                    return Err(D::Error::custom("`ids` has 1 to 1000 numbers"));
                }
                let ids: Option<Vec<_>> = ids.iter().map(|id| whole(id)).collect();
                let ids = ids.ok_or_else(|| {
                    D::Error::custom("`ids` are whole numbers from 1 to 2^53 - 1")
                })?;
                Ok(Self::Ids(ids))
            }
            Given { ids: None, subscription: Some(name) } => Ok(Self::Of(name)),
            _ => Err(D::Error::custom("either `ids` or `subscription` is given")),
        }
    }
}

/// To JSON, `2.0` is as whole as `2`.
fn whole(number: &RawValue) -> Option<JobId> {
    let number: f64 = number.get().parse().ok()?;
    let is_one = number.fract() == 0.0 && (1.0..=LARGEST as f64).contains(&number);
    is_one.then_some(number as JobId)
}

impl PartialSchema for Letters {
    fn schema() -> RefOr<Schema> {
        let only = |name: &str, schema: RefOr<Schema>| {
            let object = ObjectBuilder::new().property(name, schema).required(name);
            object.additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)))
        };
        let ids = ArrayBuilder::new().items(Number::schema());
        let ids = ids.min_items(Some(1)).max_items(Some(IDS)).description(Some("Their numbers."));
        let either = OneOfBuilder::new()
            .item(only("ids", ids.into()).examples([serde_json::json!({ "ids": [1, 2] })]))
            .item(
                only("subscription", Text::schema())
                    .examples([serde_json::json!({ "subscription": "crm" })]),
            );
        either.description(Some("Dead letters by their numbers, or all of a subscription.")).into()
    }
}

impl ToSchema for Letters {}
