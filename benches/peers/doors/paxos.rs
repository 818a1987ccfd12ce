/// Explores single-decree Paxos with three servers and so many clients.
pub fn explore(clients: usize, explorer: crate::Explorer) -> crate::Found {
    let network = Network::new_unordered_nonduplicating([]);
    let configuration = PaxosModelCfg { client_count: clients, server_count: 3, network };
    crate::explore_actors(configuration.into_model(), explorer)
}
