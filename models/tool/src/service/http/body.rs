//! What a request brings: all of it, within a limit of bytes and of time.

use super::{Context, VALUE_MAX, refuse};
use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::response::Response;
use tokio::time::timeout;

/// The value in the body of a request; where there is none, what the client is told.
pub struct Value(pub Bytes);

impl FromRequest<Context> for Value {
    type Rejection = Response;

    async fn from_request(request: Request, context: &Context) -> Result<Self, Response> {
        match timeout(context.patience, Bytes::from_request(request, context)).await {
            Ok(Ok(value)) => Ok(Value(value)),
            Ok(Err(error)) if error.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Err(refuse(error.status(), &format!("a value has at most {VALUE_MAX} bytes")))
            }
            Ok(Err(error)) => Err(refuse(error.status(), &error.body_text())),
            Err(_) => {
                let late = format!("the value has not arrived within {} s", context.patience.as_secs_f64());
                Err(refuse(StatusCode::REQUEST_TIMEOUT, &late))
            }
        }
    }
}
