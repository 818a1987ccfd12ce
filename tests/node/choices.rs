//! Random choices.

use crate::kept::Kept;
use crate::puppet::{Do, Puppet, Said};
use crate::soon;
use crate::wire::Wire;
use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use synod::runtime::Node;

/// What process `id` chooses when it is asked so many times.
async fn chosen(id: usize, seed: u64, times: usize) -> Vec<u8> {
    let node = Node::builder(Puppet::default()).id(id).processes(2).seed(seed).transport(Wire::new());
    let node = node.store(Kept::new().store()).start().await.unwrap();
    let mut chosen = Vec::new();
    for _ in 0..times {
        match soon(node.call(vec![Do::Choose(vec![1, 2, 3])], |_, _| true)).await {
            Ok(Said::Chosen(value)) => chosen.push(value),
            other => panic!("{other:?} is not a choice"),
        }
    }
    chosen
}

#[tokio::test]
async fn each_value_is_as_likely_as_any_other() {
    let mut counts = BTreeMap::new();
    for value in chosen(0, 7, 3000).await {
        *counts.entry(value).or_insert(0) += 1;
    }
    // Thirteen standard deviations: the seed is fixed, and a generator that is worse falls far outside.
    assert!(counts.len() == 3 && counts.values().all(|count| (660..1340).contains(count)), "{counts:?}");
}

#[tokio::test]
async fn the_same_seed_chooses_the_same_and_no_two_nodes_alike() {
    let first = chosen(0, 7, 100).await;
    assert_eq!(first, chosen(0, 7, 100).await);
    assert_ne!(first, chosen(0, 8, 100).await);
    assert_ne!(first, chosen(1, 7, 100).await);
}

/// The choice is made in the same batch, and one that is withdrawn is not made.
#[tokio::test]
async fn a_choice_is_made_at_once_unless_it_is_withdrawn() {
    let node = Node::builder(Puppet::default()).processes(1).transport(Wire::new());
    let node = node.store(Kept::new().store()).start().await.unwrap();
    soon(node.request(vec![Do::Choose(vec![5]), Do::Say(1)])).await.unwrap();
    soon(node.request(vec![Do::Choose(vec![5]), Do::Choose(vec![]), Do::Say(2)])).await.unwrap();
    let mut told = node.indications();
    let said: Vec<_> = std::iter::from_fn(|| told.try_next()).collect();
    assert_eq!(said, [Said::Word(1), Said::Chosen(5), Said::Word(2)]);
}

/// An actor that asks again at each choice keeps neither its requests nor its end waiting.
#[tokio::test]
async fn endless_choices_starve_nobody() {
    let node = Node::builder(Puppet { choosy: true, ..Puppet::default() }).processes(1).transport(Wire::new());
    let node = node.batch(NonZeroUsize::new(8).unwrap()).store(Kept::new().store()).start().await.unwrap();
    let mut told = node.indications();
    let reader = tokio::spawn(async move { while told.next().await.is_some() {} });
    soon(node.request(vec![Do::Choose(vec![1])])).await.unwrap();
    for word in 0..10 {
        let call = node.call(vec![Do::Say(word)], move |_, said| *said == Said::Word(word));
        assert_eq!(soon(call).await.unwrap(), Said::Word(word));
    }
    soon(node.shutdown()).await.unwrap();
    soon(reader).await.unwrap();
}
