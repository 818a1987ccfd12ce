/// Explores the register of Attiya, Bar-Noy and Dolev; on channels if `ordered`.
pub fn explore(clients: usize, servers: usize, ordered: bool, explorer: crate::Explorer) -> crate::Found {
    let network = if ordered { Network::new_ordered([]) } else { Network::new_unordered_nonduplicating([]) };
    let configuration = AbdModelCfg { client_count: clients, server_count: servers, network };
    crate::explore_actors(configuration.into_model(), explorer)
}
