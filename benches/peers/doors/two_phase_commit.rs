/// Lets one of stateright's checkers explore two-phase commit with so many resource managers.
pub fn explore(managers: usize, checker: crate::Explorer) -> crate::Found {
    crate::explore_with_stateright(TwoPhaseSys { rms: 0..managers }, checker)
}
