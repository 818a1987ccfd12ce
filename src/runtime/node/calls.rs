//! Calls: requests whose callers wait for the indication that answers them.

use super::error::{Error, said};
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// Tells whether an indication answers a request.
pub(super) type Answers<R, I> = Box<dyn Fn(&R, &I) -> bool + Send>;

/// Where the answer of a call goes.
pub(super) type Answer<I> = oneshot::Sender<Result<I, Error>>;

struct Call<R, I> {
    request: R,
    answers: Answers<R, I>,
    answer: Answer<I>,
    /// The number of the first indication that may be the answer: those before it were made before the request.
    since: u64,
}

/// The calls that are not answered yet, in the order of their requests.
///
/// A call whose caller has left is forgotten when it is met, or at the latest when as many again have been made: there are never
/// more than twice as many as somebody waits for, and [`FEW`].
pub(super) struct Calls<R, I> {
    pending: VecDeque<Call<R, I>>,
    /// As many as there may be before those whose callers have left are looked for.
    limit: usize,
}

/// So many calls are not worth looking through.
const FEW: usize = 64;

impl<R, I> Calls<R, I> {
    pub fn new() -> Self {
        Calls { pending: VecDeque::new(), limit: FEW }
    }

    /// From indication number `since` on, `request` may be answered.
    pub fn add(&mut self, request: R, answers: Answers<R, I>, answer: Answer<I>, since: u64) {
        if self.pending.len() >= self.limit {
            self.pending.retain(|call| !call.answer.is_closed());
            self.limit = FEW.max(2 * self.pending.len());
        }
        self.pending.push_back(Call { request, answers, answer, since });
    }

    /// Gives indication `number` to the first call that it answers; gives it back when there is none.
    pub fn offer(&mut self, number: u64, indication: I) -> Option<I> {
        let mut place = 0;
        while let Some(call) = self.pending.get(place) {
            if call.answer.is_closed() {
                self.pending.remove(place);
                continue;
            }
            if call.since > number {
                break;
            }
            match catch_unwind(AssertUnwindSafe(|| (call.answers)(&call.request, &indication))) {
                Ok(false) => place += 1,
                Ok(true) => {
                    let call = self.pending.remove(place)?;
                    // A caller that has left in this very moment: the indication goes on as if it had left earlier.
                    match call.answer.send(Ok(indication)) {
                        Ok(()) => return None,
                        Err(Ok(back)) => return self.offer(number, back),
                        Err(Err(_)) => unreachable!("what comes back is what was sent"),
                    }
                }
                Err(panic) => {
                    let call = self.pending.remove(place)?;
                    let _ = call.answer.send(Err(Error::AnswersPanicked(said(&*panic))));
                }
            }
        }
        Some(indication)
    }

    /// How many are pending.
    pub fn len(&self) -> usize {
        self.pending.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(calls: &mut Calls<u8, u8>, request: u8, since: u64) -> oneshot::Receiver<Result<u8, Error>> {
        let (answer, answered) = oneshot::channel();
        calls.add(request, Box::new(|request, indication| request == indication), answer, since);
        answered
    }

    #[test]
    fn an_indication_answers_the_first_call_that_it_fits() {
        let mut calls = Calls::new();
        let (mut first, mut second) = (call(&mut calls, 1, 0), call(&mut calls, 1, 0));
        let mut other = call(&mut calls, 2, 0);
        assert_eq!(calls.offer(0, 3), Some(3));
        assert_eq!(calls.offer(1, 1), None);
        assert!(matches!(first.try_recv(), Ok(Ok(1))) && second.try_recv().is_err() && other.try_recv().is_err());
        assert_eq!((calls.offer(2, 2), calls.offer(3, 1), calls.offer(4, 1)), (None, None, Some(1)));
        assert!(matches!((second.try_recv(), other.try_recv()), (Ok(Ok(1)), Ok(Ok(2)))));
    }

    #[test]
    fn what_was_indicated_before_a_request_does_not_answer_it() {
        let mut calls = Calls::new();
        let mut answered = call(&mut calls, 1, 5);
        assert_eq!(calls.offer(4, 1), Some(1));
        assert_eq!(calls.offer(5, 1), None);
        assert!(matches!(answered.try_recv(), Ok(Ok(1))));
    }

    #[test]
    fn a_call_that_was_given_up_takes_nothing_and_no_room() {
        let mut calls = Calls::new();
        drop(call(&mut calls, 1, 0));
        let mut second = call(&mut calls, 1, 0);
        assert_eq!(calls.offer(0, 1), None);
        assert!(matches!(second.try_recv(), Ok(Ok(1))));
        drop(call(&mut calls, 2, 0));
        assert_eq!(calls.offer(1, 2), Some(2));
        assert_eq!(calls.len(), 0);
        for _ in 0..10 * FEW {
            drop(call(&mut calls, 3, 0));
        }
        assert!(calls.len() <= FEW, "{} calls for which nobody waits", calls.len());
    }

    #[test]
    fn a_panicking_caller_hurts_nobody_else() {
        let mut calls = Calls::new();
        let (answer, mut broken) = oneshot::channel();
        calls.add(1, Box::new(|_: &u8, _: &u8| panic!("no idea")), answer, 0);
        let mut sound = call(&mut calls, 1, 0);
        assert_eq!(calls.offer(0, 1), None);
        assert!(matches!(broken.try_recv(), Ok(Err(Error::AnswersPanicked(said))) if said == "no idea"));
        assert!(matches!(sound.try_recv(), Ok(Ok(1))));
    }
}
