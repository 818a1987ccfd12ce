//! What the applications above the processes ask for.

use std::sync::Arc;

/// The requests that the application above one process makes, in order.
#[derive(Clone)]
pub struct Script<R, I> {
    pub(super) requests: Vec<R>,
    pub(super) answers: Option<Arc<dyn Fn(&R, &I) -> bool + Send + Sync>>,
}

impl<R, I> Script<R, I> {
    /// No request.
    pub fn silent() -> Self {
        Script { requests: Vec::new(), answers: None }
    }

    /// Each request at any time after the one before.
    pub fn at_any_time(requests: impl IntoIterator<Item = R>) -> Self {
        Script { requests: requests.into_iter().collect(), answers: None }
    }

    /// Each request after the answer to the one before; `answers` says whether an indication answers a request.
    ///
    /// After a recovery the next request may be made, though the one that the crash cut off is never answered.
    pub fn in_turn(
        requests: impl IntoIterator<Item = R>,
        answers: impl Fn(&R, &I) -> bool + Send + Sync + 'static,
    ) -> Self {
        Script { requests: requests.into_iter().collect(), answers: Some(Arc::new(answers)) }
    }
}
