/// Explores Raft with three servers, of which one at a time may crash, down to a depth: there is no end to its terms. Whoever crashes
/// forgets its vote, so there may be two leaders; the engine would end where it finds that, and so it is not asked.
pub fn explore(depth: usize, explorer: crate::Explorer) -> crate::Found {
    let network = Network::new_unordered_nonduplicating([]);
    let configuration = RaftModelCfg { server_count: 3, network };
    let mut model = configuration.into_model();
    model.properties.retain(|property| property.name != "Election Safety");
    let properties = ["Election Liveness", "Log Liveness", "State Machine Safety"];
    crate::explore_down_to(model, depth, properties, explorer)
}
