//! Every feature of Raft is switched on in some system, and seen at work there.

use synod::system::Kind;
use synod_models::consensus::raft;

#[test]
fn every_feature_is_seen() {
    let systems = raft::systems();
    for (feature, system, sometimes) in raft::FEATURES {
        let case = systems.iter().find(|case| case.name == *system);
        let case = case.unwrap_or_else(|| panic!("{feature}: there is no system {system}"));
        let seen = case.system.properties().contains(&(sometimes, Kind::Sometimes));
        assert!(seen, "{feature}: {system} does not claim that sometimes there is {sometimes}");
    }
}
