//! What the applications ask for.

use super::*;

impl<A: Module, H: Data> World<'_, A, H> {
    /// The next request of the application, which is made now.
    pub(super) fn ask(&mut self, id: usize) -> Option<A::Request> {
        let (request, chosen) = self.next_request(id)?;
        let waits = self.waits(id);
        let process = &mut self.processes[id];
        process.asking = false;
        process.asked += 1;
        process.waiting = waits.then_some(chosen);
        self.plan_request(id);
        Some(request)
    }

    fn next_request(&mut self, id: usize) -> Option<(A::Request, usize)> {
        let asked = self.processes[id].asked;
        if let Some(requests) = &self.simulation.requests {
            return requests(Id::from(id), asked).map(|request| (request, 0));
        }
        let offered = self.system.requests(id, u16::try_from(asked).ok()?);
        let chosen = if offered.len() > 1 { self.random.below(offered.len()) } else { 0 };
        Some((offered.get(chosen)?.clone(), chosen))
    }

    fn waits(&self, id: usize) -> bool {
        self.simulation.requests.is_none() && self.system.scripts[id].answers.is_some()
    }

    /// The application will make its next request, unless it waits for an answer, or has none.
    pub(super) fn plan_request(&mut self, id: usize) {
        let process = &self.processes[id];
        if process.asking || process.waiting.is_some() || process.core.is_none() {
            return;
        }
        let (asked, life) = (process.asked, process.life);
        let has_more = match &self.simulation.requests {
            Some(_) => true,
            None => u16::try_from(asked).is_ok_and(|asked| !self.system.requests(id, asked).is_empty()),
        };
        if has_more {
            self.processes[id].asking = true;
            let delay = self.chances.think.draw(&mut self.random);
            self.put(self.now + delay, Item::Request { process: id as u32, life });
        }
    }
}
