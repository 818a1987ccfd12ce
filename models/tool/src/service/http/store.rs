//! `/kv/KEY`: reads, writes and deletes.

use super::body::Value;
use super::{Context, refuse};
use crate::service::clients::Failure;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, ETAG, IF_MATCH, IF_NONE_MATCH};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use synod::service::key_value::{Bytes, Entry, Key, Operation, Outcome, Version};

/// The longest key, in bytes.
const KEY_MAX: usize = 1024;

type Named = Result<Path<String>, PathRejection>;

/// The value of a key: 200 and its version, or 404.
pub async fn get(State(context): State<Context>, key: Named) -> Response {
    match perform(&context, key, Operation::Read).await {
        Ok(Outcome::Read(Some(Entry { version, value: Some(value) }))) => {
            let headers = [(ETAG, tag(version)), (CONTENT_TYPE, "application/octet-stream".to_string())];
            (headers, value.to_vec()).into_response()
        }
        Ok(_) => refuse(StatusCode::NOT_FOUND, "the key holds nothing"),
        Err(response) => response,
    }
}

/// Gives a key a value: 200 and the new version.
pub async fn put(
    State(context): State<Context>,
    key: Named,
    headers: HeaderMap,
    body: Result<Value, Response>,
) -> Response {
    match body {
        _ if compares(&headers) => cannot_compare(),
        Ok(Value(value)) => written(perform(&context, key, Operation::Write(Some(Bytes::from(value)))).await),
        Err(response) => response,
    }
}

/// Takes the value of a key away, if it has one: 200.
pub async fn delete(State(context): State<Context>, key: Named, headers: HeaderMap) -> Response {
    if compares(&headers) {
        return cannot_compare();
    }
    written(perform(&context, key, Operation::Write(None)).await)
}

async fn perform(context: &Context, key: Named, operation: Operation) -> Result<Outcome, Response> {
    let Path(key) = key.map_err(|error| refuse(StatusCode::BAD_REQUEST, &error.body_text()))?;
    if key.len() > KEY_MAX {
        return Err(refuse(StatusCode::BAD_REQUEST, &format!("a key has at most {KEY_MAX} bytes")));
    }
    context.clients.perform(Key::from(key), operation).await.map_err(|failure| match failure {
        Failure::NothingDone(why) => refuse(StatusCode::SERVICE_UNAVAILABLE, &format!("{why}; nothing was done")),
        Failure::Unknown => refuse(
            StatusCode::GATEWAY_TIMEOUT,
            "no majority of the nodes has answered in time; it is unknown whether it was done, or will be",
        ),
    })
}

fn written(outcome: Result<Outcome, Response>) -> Response {
    match outcome {
        Ok(Outcome::Written(version)) => [(ETAG, tag(version))].into_response(),
        Ok(Outcome::Read(_)) => refuse(StatusCode::INTERNAL_SERVER_ERROR, "a write was answered like a read"),
        Err(response) => response,
    }
}

/// Whether the request is to be carried out only if the key holds a certain version, or nothing.
fn compares(headers: &HeaderMap) -> bool {
    headers.contains_key(IF_MATCH) || headers.contains_key(IF_NONE_MATCH)
}

fn cannot_compare() -> Response {
    refuse(
        StatusCode::NOT_IMPLEMENTED,
        "registers cannot compare and set: that needs consensus, which this store does without",
    )
}

fn tag(version: Version) -> String {
    format!("\"{version}\"")
}
