//! A record through the same actor gives the same; through another, the first difference.

use super::*;
use synod::runtime::node::Error;

#[tokio::test]
async fn what_three_processes_record_is_what_their_actor_does() {
    for (fate, crashed) in [(Fate::Lost, "lost"), (Fate::KeptAllTheSame, "kept")] {
        let folder = tempfile::tempdir().unwrap();
        three_with_a_crash(fate, folder.path()).await;
        let (replayed, _) = all_replayed(folder.path());
        for (node, lives) in [(0, 1), (1, 2), (2, 1)] {
            let Replayed { node: id, lives: judged, unjudged, difference, steps, .. } = &replayed[node];
            assert_eq!((*id, *judged, *unjudged, difference), (node, lives, 0, &None), "{crashed}");
            assert!(*steps > 5, "{steps} steps of node {node}");
        }
    }
}

/// Line after line of a record that says something else than what was.
#[tokio::test]
async fn the_first_difference_is_named() {
    let folder = tempfile::tempdir().unwrap();
    three_with_a_crash(Fate::Lost, folder.path()).await;
    let (file, before) = lines(folder.path(), 0, 1);
    let told = before.iter().position(|line| line.contains(r#""told":["tea"]"#)).unwrap();
    let mut tampered = before.clone();
    tampered[told] = before[told].replace(r#""told":["tea"]"#, r#""told":["tee"]"#);
    rewrite(&file, &tampered);
    let difference = all_replayed(folder.path()).0[0].difference.clone().expect("it differs");
    assert_eq!((difference.place.file.clone(), difference.place.line), (file.clone(), told + 1));
    let said = difference.to_string();
    assert!(said.contains(r#"told[0]: the record says "tee", the actor "tea""#), "{said}");

    // What is not sent, but was.
    let sent = before.iter().position(|line| line.contains("\"sent\":[")).unwrap();
    let start = before[sent].find("\"sent\":[").unwrap();
    let end = before[sent].rfind("}]").unwrap();
    let mut tampered = before.clone();
    tampered[sent] = format!("{}\"changes\":[{}", &before[sent][..start], &before[sent][end + 1..]);
    rewrite(&file, &tampered);
    let difference = all_replayed(folder.path()).0[0].difference.clone().expect("it differs");
    assert_eq!((difference.place.line, difference.about.as_str()), (sent + 1, "sent[0]"));
    assert_eq!(difference.recorded, "nothing");
}

/// Somebody restored an old backup, or emptied the disk.
#[tokio::test]
async fn a_restart_without_what_was_durable_is_a_difference() {
    let folder = tempfile::tempdir().unwrap();
    three_with_a_crash(Fate::Lost, folder.path()).await;
    let (file, mut lines) = lines(folder.path(), 1, 2);
    let (start, rest) = lines[1].split_once("\"storage\":").unwrap();
    let (_, rest) = rest.split_once(",\"out\"").unwrap();
    lines[1] = format!("{start}\"out\"{rest}");
    rewrite(&file, &lines);
    let difference = all_replayed(folder.path()).0[1].difference.clone().expect("it differs");
    assert_eq!((difference.place.line, difference.about.as_str()), (2, "what was durable"));
    assert_eq!(difference.recorded, "nothing");
    assert!(difference.came.starts_with("had saved Acceptor"), "{difference}");
}

/// Timers, choices, messages, a process that is added, and restarts.
#[tokio::test]
async fn everything_that_can_happen_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let (wire, kept) = (Wire::new(), Kept::new());
    let node = puppet(&wire, &kept, folder.path()).await;
    node.request(vec![Do::Arm(1, 1, 2), Do::Arm(2, 60_000, 60_000), Do::Save(3), Do::Send(1, 4)]).await.unwrap();
    node.request(vec![Do::Choose(vec![1, 2, 3]), Do::Cancel(2), Do::Say(5)]).await.unwrap();
    wire.arrives(1, 17).await;
    node.peers().add(2, "three:1").unwrap();
    node.request(vec![Do::Send(2, 6)]).await.unwrap();
    let mut told = Vec::new();
    while told.len() < 4 {
        told.push(soon(node.indications().next()).await.unwrap());
    }
    assert!(told.contains(&Said::Fired(1)) && told.contains(&Said::Received(1, 17)), "{told:?}");
    node.shutdown().await.unwrap();
    let again = puppet(&Wire::new(), &kept, folder.path()).await;
    soon(again.indications().next()).await;
    again.shutdown().await.unwrap();

    let replayed = puppet_replayed(folder.path());
    assert_eq!((replayed.difference, replayed.lives), (None, 2));
    let (_, lines) = lines(folder.path(), 0, 1);
    for part in [
        r#""in":{"timer":"1"}"#,
        r#""in":{"choice":{"key":"one","#,
        r#""in":{"message":{"from":1,"incarnation":1,"number":0,"message":17}}"#,
        r#""in":{"request":"#,
        r#"{"admit":{"#,
        r#"{"commit":{"#,
        r#""sent":[{"to":1,"number":0,"message":4}]"#,
        r#""sent":[{"to":2,"number":1,"message":6}]"#,
        r#""saved":3"#,
    ] {
        assert!(lines.iter().any(|line| line.contains(part)), "{part} is nowhere in\n{}", lines.join("\n"));
    }
    assert!(lines.last().unwrap().starts_with(r#"{"end":"#));
    // Another seed, another choice: the value would not stand at its place.
    let (file, mut tampered) = (folder.path().join("node-0.life-1.part-0.ndjson"), lines);
    let choice = tampered.iter().position(|line| line.contains(r#""choice":"#)).unwrap();
    tampered[choice] = tampered[choice].replace("\"value\":\"", "\"value\":\"9");
    rewrite(&file, &tampered);
    let difference = puppet_replayed(folder.path()).difference.expect("it differs");
    assert_eq!((difference.place.line, difference.about.as_str()), (choice + 1, "the choice"));
}

/// The input that a process did not survive is the last in its record, and the actor fails in it again.
#[tokio::test]
async fn a_failure_is_recorded_with_its_input() {
    for fatal in [Do::Panic, Do::SendRequest] {
        let folder = tempfile::tempdir().unwrap();
        let kept = Kept::new();
        let node = puppet(&Wire::new(), &kept, folder.path()).await;
        node.request(vec![Do::Save(1)]).await.unwrap();
        assert!(node.request(vec![Do::Save(2), fatal.clone()]).await.is_err());
        until(|| !kept.is_open()).await;
        let (file, mut lines) = lines(folder.path(), 0, 1);
        let last = lines.last().unwrap().clone();
        assert!(last.contains(&format!("{fatal:?}")) && !last.contains("\"out\""), "{last}");
        assert_eq!(puppet_replayed(folder.path()).difference, None);
        *lines.last_mut().unwrap() =
            last.replace("}}}", "},\"out\":{\"saved\":2}}}").replace("]}}", "]},\"out\":{\"saved\":2}}}");
        rewrite(&file, &lines);
        let difference = puppet_replayed(folder.path()).difference.expect("it differs");
        assert_eq!((difference.place.line, difference.about.as_str()), (lines.len(), "the outcome"), "{difference}");
        *lines.last_mut().unwrap() = last.replace(&format!("{fatal:?}"), "Panic").replace("\"Panic\"", "{\"Say\":1}");
        rewrite(&file, &lines);
        let difference = puppet_replayed(folder.path()).difference.expect("it differs");
        assert_eq!((difference.recorded.as_str(), difference.came.as_str()), ("that it failed", "goes on"));
    }
}

#[tokio::test]
async fn a_record_is_never_written_over_nor_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let node = puppet(&Wire::new(), &Kept::new(), folder.path()).await;
    node.shutdown().await.unwrap();
    let again = || Node::builder(Puppet::default()).processes(2).transport(Wire::new()).store(Kept::new().store());
    let again_recorded = again().recorded_as("puppet").record_in(folder.path()).start().await;
    let Err(Error::Record(refused)) = again_recorded else {
        panic!("a store that was emptied gives the same life again")
    };
    assert!(refused.to_string().starts_with(&format!("{}: ", folder.path().display())), "{refused}");
    let unnamed = again().record_in(folder.path()).start().await.map(drop).unwrap_err();
    assert!(unnamed.to_string().starts_with("configuration, record.folder: "), "{unnamed}");
}
