//! What somebody says who dials a node, or is dialled by one.

use crate::memory::within;
use serde::Serialize;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use synod::runtime::transport::Identity;
use synod::runtime::transport::counters::Refusal;
use synod::runtime::transport::tcp::VERSION;
use synod::runtime::transport::tcp::handshake::{Failure, Hello, listen, present};
use synod::stateright::actor::Id;

/// The mark, the version and the length of what follows.
const HEADER: usize = 10;

/// What is read behind these, at most.
const LIMIT: usize = 256;

/// A handshake takes what is said, its strings, and what is said in return.
const BUDGET: usize = 4 * LIMIT;

/// Hears the rest of the input as node 1, which is dialled (the first byte is even) or has dialled node 0.
///
/// # Panics
///
/// When more is read than a handshake has, or somebody is taken for a peer who is none.
pub fn read(input: &[u8]) {
    let Some((side, said)) = input.split_first() else { return };
    let me = Identity { cluster: "kitchen".into(), node: Id::from(1), incarnation: 7 };
    let mut left = said;
    let failure = if side % 2 == 0 {
        match within(BUDGET, || now(listen(&mut tokio::io::join(&mut left, tokio::io::empty()), &me))) {
            Ok(Hello { cluster, from, to, .. }) => {
                assert_eq!((cluster.as_str(), to), ("kitchen", 1));
                assert_ne!(from, 1);
                None
            }
            Err(failure) => Some(failure),
        }
    } else {
        let mut answer = tokio::io::join(&mut left, tokio::io::sink());
        within(BUDGET, || now(present(&mut answer, &me, Id::from(0)))).err()
    };
    let read = said.len() - left.len();
    assert!(read <= HEADER + LIMIT, "{read} bytes were read");
    match failure {
        Some(Failure::Broken(error)) => assert!(left.is_empty(), "{error}, and {} bytes are left", left.len()),
        Some(Failure::Refused(Refusal::Garbage)) => {}
        _ => assert!(read >= HEADER && said.starts_with(b"SYNOD\n"), "understood without a mark"),
    }
}

/// Bytes in memory are there at once.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(read) => read,
        Poll::Pending => panic!("it waits for what is there"),
    }
}

/// What nodes say: who they are, that somebody is welcome, and why not.
pub fn seeds() -> Vec<Vec<u8>> {
    fn said(side: u8, version: u16, what: &impl Serialize) -> Vec<u8> {
        let what = postcard::to_stdvec(what).expect("it can be written");
        let length = what.len() as u16;
        [&[side], &b"SYNOD\n"[..], &version.to_be_bytes(), &length.to_be_bytes(), &what].concat()
    }
    #[derive(Serialize)]
    enum Answer {
        Welcome { cluster: &'static str, node: u64, incarnation: u64 },
        Refused(Refusal),
    }
    let hello = |cluster: &str, from, to| Hello { cluster: cluster.into(), from, to, incarnation: 3 };
    vec![
        said(0, VERSION, &hello("kitchen", 0, 1)),
        said(0, VERSION, &hello("kitchen", 0, 2)),
        said(0, VERSION, &hello("cellar", 0, 1)),
        said(0, VERSION + 1, &hello("kitchen", 0, 1)),
        said(1, VERSION, &Answer::Welcome { cluster: "kitchen", node: 0, incarnation: 3 }),
        said(1, VERSION, &Answer::Refused(Refusal::Stranger)),
    ]
}
