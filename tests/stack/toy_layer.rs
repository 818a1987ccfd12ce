//! A layer whose handlers a test writes where it uses them.

use stateright::actor::Id;
use synod::stack::{Layer, Outputs};

type Handler<T> = Box<dyn Fn(&mut Turn<'_>, T) + Send + Sync>;

/// A layer that does what its test says. All that it exchanges are small numbers, like a toy's. Without handlers it does
/// nothing at all.
pub struct ToyLayer {
    start: Handler<Option<Vec<u8>>>,
    request: Handler<u8>,
    indication: Handler<u8>,
    timeout: Handler<u8>,
    choice: Handler<u8>,
}

/// A layer in one of its handlers.
pub struct Turn<'a> {
    /// Its state.
    pub state: &'a mut Vec<u8>,
    /// What it has put out so far.
    pub out: &'a mut Outputs<ToyLayer>,
}

impl ToyLayer {
    /// A layer that does nothing.
    pub fn new() -> Self {
        ToyLayer {
            start: Box::new(|_, _| {}),
            request: Box::new(|_, _| {}),
            indication: Box::new(|_, _| {}),
            timeout: Box::new(|_, _| {}),
            choice: Box::new(|_, _| {}),
        }
    }

    /// A layer that passes on what it is asked and what it is told.
    pub fn transparent() -> Self {
        ToyLayer::new()
            .on_request(|it, request| it.out.request(request))
            .on_indication(|it, indication| it.out.indicate(indication))
    }

    /// It starts, or restarts with what it had saved. Its state is what this makes of an empty list.
    pub fn on_start(self, handler: impl Fn(&mut Turn<'_>, Option<Vec<u8>>) + Send + Sync + 'static) -> Self {
        ToyLayer { start: Box::new(handler), ..self }
    }

    /// The application above asks for something.
    pub fn on_request(self, handler: impl Fn(&mut Turn<'_>, u8) + Send + Sync + 'static) -> Self {
        ToyLayer { request: Box::new(handler), ..self }
    }

    /// The module below indicates something.
    pub fn on_indication(self, handler: impl Fn(&mut Turn<'_>, u8) + Send + Sync + 'static) -> Self {
        ToyLayer { indication: Box::new(handler), ..self }
    }

    /// A timer fires.
    pub fn on_timeout(self, handler: impl Fn(&mut Turn<'_>, u8) + Send + Sync + 'static) -> Self {
        ToyLayer { timeout: Box::new(handler), ..self }
    }

    /// A choice has fallen.
    pub fn on_choice(self, handler: impl Fn(&mut Turn<'_>, u8) + Send + Sync + 'static) -> Self {
        ToyLayer { choice: Box::new(handler), ..self }
    }
}

impl Layer for ToyLayer {
    type Request = u8;
    type Indication = u8;
    type RequestBelow = u8;
    type IndicationBelow = u8;
    type State = Vec<u8>;
    type Storage = Vec<u8>;
    type Timer = u8;
    type Random = u8;

    fn on_start(&self, _me: Id, stored: Option<&Vec<u8>>, out: &mut Outputs<Self>) -> Vec<u8> {
        let mut state = Vec::new();
        (self.start)(&mut Turn { state: &mut state, out }, stored.cloned());
        state
    }

    fn on_request(&self, _me: Id, state: &mut Vec<u8>, request: u8, out: &mut Outputs<Self>) {
        (self.request)(&mut Turn { state, out }, request);
    }

    fn on_indication(&self, _me: Id, state: &mut Vec<u8>, indication: u8, out: &mut Outputs<Self>) {
        (self.indication)(&mut Turn { state, out }, indication);
    }

    fn on_timeout(&self, _me: Id, state: &mut Vec<u8>, timer: &u8, out: &mut Outputs<Self>) {
        (self.timeout)(&mut Turn { state, out }, *timer);
    }

    fn on_random(&self, _me: Id, state: &mut Vec<u8>, value: &u8, out: &mut Outputs<Self>) {
        (self.choice)(&mut Turn { state, out }, *value);
    }

    fn name(&self) -> String {
        "A toy".to_string()
    }
}
