//! What the applications above the processes ask for.

use std::sync::Arc;

/// The requests that the application above one process makes, in order.
///
/// At each place of the script stands one request, or several of which the application makes one, whichever it likes.
#[derive(Clone)]
pub struct Script<R, I> {
    /// For each place, the requests that may be made there.
    pub(crate) places: Vec<Vec<R>>,
    pub(crate) answers: Option<Arc<dyn Fn(&R, &I) -> bool + Send + Sync>>,
}

impl<R, I> Script<R, I> {
    /// No request.
    pub fn silent() -> Self {
        Script { places: Vec::new(), answers: None }
    }

    /// Each request at any time after the one before.
    pub fn at_any_time(requests: impl IntoIterator<Item = R>) -> Self {
        Self::choosing(requests.into_iter().map(|request| [request]))
    }

    /// Each request after the answer to the one before; `answers` says whether an indication answers a request.
    ///
    /// After a recovery the next request may be made, though the one that the crash cut off is never answered.
    pub fn in_turn(
        requests: impl IntoIterator<Item = R>,
        answers: impl Fn(&R, &I) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self::at_any_time(requests).waiting_for(answers)
    }

    /// At each place one of the requests that stand there, at any time after the one before: `[[yes, no], [done]]`.
    pub fn choosing(places: impl IntoIterator<Item = impl IntoIterator<Item = R>>) -> Self {
        let places = places.into_iter().map(|requests| requests.into_iter().collect()).collect();
        Script { places, answers: None }
    }

    /// Each request after the answer to the one before, as in [`Script::in_turn`].
    pub fn waiting_for(self, answers: impl Fn(&R, &I) -> bool + Send + Sync + 'static) -> Self {
        Script { answers: Some(Arc::new(answers)), ..self }
    }
}

impl<R: PartialEq, I> Script<R, I> {
    pub(super) fn refuse_nonsense(&self) {
        for requests in &self.places {
            assert!(!requests.is_empty(), "a place of a script is empty: the application could not go on there");
            let differ = (1..requests.len()).all(|place| !requests[..place].contains(&requests[place]));
            assert!(
                differ,
                "at a place of a script the same request stands twice: to choose between them is no choice"
            );
        }
    }
}
