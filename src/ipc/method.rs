//! A request by its name: the method and the params of a call (JSON-RPC 2.0 §4).

use std::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;

use super::protocol::Request;

/// More of what is wrong with params is not told; it may repeat them.
const LONGEST: usize = 300;

/// Why a call is no request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Misfit {
    /// There is no such method; there are these.
    Method(&'static [&'static str]),
    /// The method takes other params.
    Params(String),
}

impl Request {
    /// The names of all methods.
    #[must_use]
    pub fn methods() -> &'static [&'static str] {
        match Self::named("", None) {
            Err(Misfit::Method(known)) => known,
            _ => &[],
        }
    }

    /// The request that this method and these params, in JSON, are. Params that a method does not know are ignored.
    pub(super) fn named(method: &str, params: Option<&str>) -> Result<Self, Misfit> {
        de::Deserialize::deserialize(Named { method, params: params.unwrap_or("{}") })
    }

    /// The method and the params; null if it has none.
    pub(super) fn parts(&self) -> serde_json::Result<(String, serde_json::Value)> {
        Ok(match serde_json::to_value(self)? {
            serde_json::Value::Object(whole) => whole.into_iter().next().unwrap_or_default(),
            name => (name.as_str().unwrap_or_default().to_owned(), serde_json::Value::Null),
        })
    }
}

#[derive(Clone, Copy)]
struct Named<'a> {
    method: &'a str,
    params: &'a str,
}

impl<'de> Deserializer<'de> for Named<'de> {
    type Error = Misfit;

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        known: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        if known.contains(&self.method) { visitor.visit_enum(self) } else { Err(Misfit::Method(known)) }
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Misfit> {
        Err(de::Error::custom("a request has a name"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

impl<'de> EnumAccess<'de> for Named<'de> {
    type Error = Misfit;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), Misfit> {
        let name: BorrowedStrDeserializer<'de, Misfit> = BorrowedStrDeserializer::new(self.method);
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Named<'de> {
    type Error = Misfit;

    fn unit_variant(self) -> Result<(), Misfit> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, Misfit> {
        Ok(seed.deserialize(&mut serde_json::Deserializer::from_str(self.params))?)
    }

    fn tuple_variant<V: Visitor<'de>>(self, length: usize, visitor: V) -> Result<V::Value, Misfit> {
        Ok(serde_json::Deserializer::from_str(self.params).deserialize_tuple(length, visitor)?)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        Ok(serde_json::Deserializer::from_str(self.params).deserialize_struct("", fields, visitor)?)
    }
}

impl From<serde_json::Error> for Misfit {
    fn from(error: serde_json::Error) -> Self {
        de::Error::custom(error)
    }
}

impl de::Error for Misfit {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self::Params(what.to_string().chars().take(LONGEST).collect())
    }
}

impl fmt::Display for Misfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method(known) => write!(f, "There is no such method. There are: {}.", known.join(", ")),
            Self::Params(why) => write!(f, "The params are not what this method takes: {why}."),
        }
    }
}

impl std::error::Error for Misfit {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_comes_back_from_its_method_and_params() {
        let requests = [
            Request::Hello { version: 1 },
            Request::List,
            Request::Pause(super::super::Which::All),
            Request::Watch { window: true },
        ];
        for request in requests {
            let (method, params) = request.parts().unwrap();
            let again = Request::named(&method, Some(&params.to_string())).unwrap();
            assert_eq!(format!("{again:?}"), format!("{request:?}"));
        }
    }

    #[test]
    fn params_may_be_left_out_where_none_are_needed() {
        for params in [None, Some("{}"), Some("[]"), Some("null"), Some(r#"{"new": 1}"#)] {
            assert!(matches!(Request::named("list", params), Ok(Request::List)), "{params:?}");
        }
        assert!(matches!(Request::named("watch", None), Ok(Request::Watch { window: false })));
        for params in [None, Some("{}"), Some("7"), Some(r#"{"id": 7}"#)] {
            assert!(matches!(Request::named("show", params), Err(Misfit::Params(_))), "{params:?}");
        }
    }

    #[test]
    fn every_method_has_one_name() {
        let methods = Request::methods();
        assert!(methods.contains(&"hello") && methods.contains(&"open-window"), "{methods:?}");
        assert!(matches!(Request::named("List", None), Err(Misfit::Method(_))));
    }
}
