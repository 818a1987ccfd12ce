/// Explores a register of which each server keeps a copy of its own.
pub fn explore(clients: usize, servers: usize, explorer: crate::Explorer) -> crate::Found {
    let network = Network::new_unordered_nonduplicating([]);
    let configuration = SingleCopyModelCfg { client_count: clients, server_count: servers, network };
    crate::explore_actors(configuration.into_model(), explorer)
}
