#![allow(missing_docs)]
#[path = "../models/consensus/raft/mod.rs"]
mod raft;
use synod::check::check;
use synod::event::{Data, Module};
use synod::system::{Kind, System};
pub struct Case {
    name: &'static str,
    slow: bool,
    unique: u64,
    run: Box<dyn Fn(u64) -> (u64, u64, bool, String)>,
    bfs: Box<dyn Fn() -> (u64, u64)>,
}
impl Case {
    pub fn verified<A: Module, H: Data>(name: &'static str, unique: u64, system: System<A, H>) -> Self {
        use stateright::{Checker, Model};
        let system = system.sometimes_each_fault();
        let s2 = system.clone();
        Case {
            name,
            slow: false,
            unique,
            run: Box::new(move |max| {
                let r = check(&system).max_states(max).max_memory(5_000_000_000).run();
                let mut text = format!("{:?} depth {}", r.verdict, r.depth);
                for p in &r.properties {
                    if format!("{:?}", p.verdict) != "Verified" {
                        text += &format!("\n   {} {:?}", p.name, p.verdict);
                        if let Some(t) = &p.trace {
                            if p.kind == Kind::Always {
                                text += &format!("\n{t}");
                            }
                        }
                    }
                }
                (r.unique, r.generated, r.verdict == synod::check::Verdict::Verified, text)
            }),
            bfs: Box::new(move || {
                let endless = s2.clone().sometimes("never").everything(|_| false).checker();
                let c = endless.spawn_bfs().join();
                (c.unique_state_count() as u64, c.state_count() as u64)
            }),
        }
    }
    pub fn slow(self) -> Self {
        Case { slow: true, ..self }
    }
}
#[test]
fn explore() {
    let only = std::env::var("ONLY").unwrap_or_default();
    for c in raft::systems() {
        if !only.is_empty() && !only.split(',').any(|o| o == c.name) {
            continue;
        }
        if only.is_empty() && c.slow {
            continue;
        }
        let start = std::time::Instant::now();
        let (u, g, ok, text) = (c.run)(std::env::var("MAX").ok().and_then(|v| v.parse().ok()).unwrap_or(3_000_000));
        println!("{} pinned {} unique {u} generated {g} ok {ok} {:?} {text}", c.name, c.unique, start.elapsed());
        if std::env::var("BFS").is_ok() {
            println!("  stateright {:?}", (c.bfs)());
        }
    }
}
