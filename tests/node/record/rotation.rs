//! Records that are bounded, and what is left of them.

use super::*;
use std::fs;
use std::num::{NonZeroU64, NonZeroUsize};
use synod::runtime::Config;

/// A node whose parts have room for a few batches, and that keeps so many.
async fn rotating(parts: usize, kept: &Kept<u64>, folder: &Path) -> Handle<Vec<Do>, Said> {
    let mut config = Config::new(0, ["a:1", "b:1"]);
    config.record.folder = Some(folder.to_path_buf());
    config.record.part_bytes = NonZeroU64::new(600).unwrap();
    config.record.parts = NonZeroUsize::new(parts).unwrap();
    let node = Node::builder(Puppet::default()).config(config).recorded_as("puppet");
    node.transport(Wire::new()).store(kept.store()).start().await.unwrap()
}

async fn works(node: &Handle<Vec<Do>, Said>) {
    for number in 0..20 {
        node.request(vec![Do::Save(number), Do::Send(1, number)]).await.unwrap();
    }
}

#[tokio::test]
async fn a_life_in_parts_is_one_life() {
    let folder = tempfile::tempdir().unwrap();
    let node = rotating(100, &Kept::new(), folder.path()).await;
    works(&node).await;
    node.shutdown().await.unwrap();
    let parts = fs::read_dir(folder.path()).unwrap().count();
    assert!(parts > 3, "{parts} parts");
    assert!(fs::read_dir(folder.path()).unwrap().all(|entry| entry.unwrap().metadata().unwrap().len() <= 600));
    let replayed = puppet_replayed(folder.path());
    assert_eq!((replayed.difference, replayed.lives, replayed.steps), (None, 1, 21));
    fs::remove_file(folder.path().join("node-0.life-1.part-1.ndjson")).unwrap();
    let records = Records::open([folder.path()]).unwrap();
    let gap = synod::runtime::replay::replay(&records.nodes[0], |_| Puppet::default()).unwrap_err();
    assert!(gap.to_string().contains("lines are missing"), "{gap}");
}

/// Of a life whose beginning was removed nothing is judged; the next is.
#[tokio::test]
async fn the_oldest_parts_are_removed() {
    let folder = tempfile::tempdir().unwrap();
    let kept = Kept::new();
    let node = rotating(3, &kept, folder.path()).await;
    works(&node).await;
    node.shutdown().await.unwrap();
    until(|| !kept.is_open()).await;
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    let replayed = puppet_replayed(folder.path());
    assert_eq!((replayed.difference, replayed.lives, replayed.unjudged, replayed.steps), (None, 0, 1, 0));
    let node = rotating(3, &kept, folder.path()).await;
    node.shutdown().await.unwrap();
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 3);
    let replayed = puppet_replayed(folder.path());
    assert_eq!((replayed.difference, replayed.lives, replayed.unjudged, replayed.steps), (None, 1, 1, 1));
}

#[tokio::test]
async fn a_node_goes_on_when_its_record_cannot_be_written() {
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("gone");
    let node = rotating(3, &Kept::new(), &gone).await;
    fs::remove_dir_all(&gone).unwrap();
    works(&node).await;
    assert_eq!(node.status().done.sent, 20);
    node.shutdown().await.unwrap();
    assert!(!gone.exists());
}
