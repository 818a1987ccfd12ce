//! What HTTP answers.

use crate::http::Client;
use crate::nodes::Nodes;

#[test]
fn a_value_is_written_through_one_node_read_through_another_and_deleted_through_the_third() {
    let mut nodes = Nodes::start(3);
    let addresses = nodes.addresses();
    let [mut first, mut second, mut third] =
        [0, 1, 2].map(|id: usize| Client::connect(addresses[id]).expect("it serves"));

    assert_eq!(first.get("/kv/milk").expect("an answer").status, 404);
    let written = first.put("/kv/milk", b"2 pints").expect("an answer");
    assert_eq!((written.status, written.text().as_str()), (200, ""));
    let read = second.get("/kv/milk").expect("an answer");
    assert_eq!((read.status, read.text().as_str()), (200, "2 pints"));
    assert!(written.headers.contains_key("etag"));
    assert_eq!(read.headers.get("etag"), written.headers.get("etag"), "the version names the write");

    let again = third.put("/kv/milk", b"2 pints").expect("an answer");
    assert_ne!(again.headers.get("etag"), written.headers.get("etag"), "the same value, but another write");
    assert_eq!(third.ask("DELETE", "/kv/milk", &[], b"").expect("an answer").status, 200);
    assert_eq!(first.get("/kv/milk").expect("an answer").status, 404);

    // Any name will do, and any bytes; an empty value is one.
    for (key, value) in [("/kv/a/b%20c%2Fd", &[0, 159, 146, 150][..]), ("/kv/%C3%A9t%C3%A9", b"")] {
        assert_eq!(first.put(key, value).expect("an answer").status, 200);
        let read = second.get(key).expect("an answer");
        assert_eq!((read.status, read.body.as_slice()), (200, value));
    }
}

#[test]
fn what_cannot_be_done_is_refused_in_a_sentence() {
    let mut nodes = Nodes::start(1);
    let address = nodes.addresses()[0];
    let ask = |method: &str, path: &str, header: Option<(&str, &str)>, body: &[u8]| {
        let mut client = Client::connect(address).expect("it serves");
        let answer = client.ask(method, path, header.as_slice(), body).expect("an answer");
        (answer.status, answer.text())
    };

    for header in [("If-Match", "\"0-1-1\""), ("If-None-Match", "*")] {
        for method in ["PUT", "DELETE"] {
            let (status, text) = ask(method, "/kv/milk", Some(header), b"1");
            assert_eq!(status, 501);
            assert!(text.contains("registers cannot compare and set") && text.lines().count() == 1, "{text}");
        }
    }
    assert_eq!(ask("GET", "/kv/milk", None, b"").0, 404, "nothing was done");

    let largest = vec![b'x'; 1 << 20];
    assert_eq!(ask("PUT", "/kv/large", None, &largest).0, 200);
    let (status, text) = ask("PUT", "/kv/large", None, &[&largest[..], b"x"].concat());
    assert_eq!((status, text.as_str()), (413, "a value has at most 1048576 bytes\n"));
    assert_eq!(ask("GET", "/kv/large", None, b"").1.len(), 1 << 20, "the value is as it was");

    assert_eq!(ask("PUT", &format!("/kv/{}", "k".repeat(1025)), None, b"1").0, 400);
    assert_eq!(ask("PUT", "/kv/%FF", None, b"1").0, 400);
    assert_eq!(ask("POST", "/kv/milk", None, b"1").0, 405);
    assert_eq!(ask("GET", "/elsewhere", None, b"").0, 404);
}

#[test]
fn a_node_tells_how_it_is_doing() {
    let mut nodes = Nodes::start(3);
    let addresses = nodes.addresses();
    let mut client = Client::connect(addresses[1]).expect("it serves");
    assert_eq!(client.put("/kv/milk", b"1").expect("an answer").status, 200);

    let status = client.get("/status").expect("an answer").json();
    assert_eq!(status["node"], 1);
    assert_eq!(status["cluster"], "test");
    assert_eq!(status["incarnation"], 1);
    assert_eq!(status["role"], "replica");
    for absent in ["term", "leader", "commit", "applied"] {
        assert!(status[absent].is_null() && status.as_object().is_some_and(|all| all.contains_key(absent)));
    }
    assert_eq!(
        status["peers"].as_object().map(|peers| peers.keys().cloned().collect::<Vec<_>>()),
        Some(vec!["0".to_string(), "2".to_string()])
    );
    assert_eq!(status["queue"]["clients"], 0);

    let metrics = client.get("/metrics").expect("an answer").text();
    let steps = metrics.lines().find(|line| line.starts_with("synod_steps_total{"));
    let steps = steps.and_then(|line| line.rsplit(' ').next()?.parse::<f64>().ok());
    assert!(steps.is_some_and(|steps| steps >= 1.0), "{metrics}");
    assert!(metrics.contains("synod_commit_seconds_bucket{"), "{metrics}");
    assert_eq!(client.get("/healthz").expect("an answer").status, 200);
}

#[test]
fn without_a_majority_nothing_is_done_and_that_is_said() {
    let mut nodes = Nodes::start(3);
    let addresses = nodes.addresses();
    let mut client = Client::connect(addresses[0]).expect("it serves");
    assert_eq!(client.put("/kv/milk", b"1").expect("an answer").status, 200);
    nodes.kill(1);
    assert_eq!(client.put("/kv/milk", b"2").expect("an answer").status, 200, "two of three are enough");
    nodes.kill(2);
    crate::until("the node sees that it is alone", || {
        (client.get("/healthz").expect("an answer").status == 503).then_some(())
    });
    for answer in [client.put("/kv/milk", b"3"), client.get("/kv/milk")] {
        let answer = answer.expect("an answer");
        assert_eq!(answer.status, 503);
        assert!(answer.text().contains("nothing was done"), "{}", answer.text());
    }
    nodes.restart(2);
    nodes.address(2);
    let read =
        crate::until("the majority is back", || client.get("/kv/milk").ok().filter(|answer| answer.status == 200));
    assert_eq!(read.text(), "2");
}
