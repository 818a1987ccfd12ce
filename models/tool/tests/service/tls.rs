//! Nodes that know one another by their certificates.

use crate::http::Client;
use crate::nodes::{Nodes, synod};
use crate::until;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::fs;
use std::path::Path;
use synod::runtime::transport::tcp::tls::certificate_name;

/// Who signs for a cluster.
struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names are fine");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate"))
    }

    /// Signs for a node, puts the files into the folder, and gives the table that names them.
    fn table(&self, folder: &Path, node: usize, trusted: &Authority) -> String {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([certificate_name("test", node.into())]).expect("a name of DNS");
        let certificate = params.signed_by(&key, &self.0).expect("it signs").pem();
        let file = |kind: &str, content: &str| {
            let path = folder.join(format!("{node}.{kind}"));
            fs::write(&path, content).expect("a file");
            path
        };
        let (authorities, certificate) = (file("authorities", &trusted.0.pem()), file("certificate", &certificate));
        let key = file("key", &key.serialize_pem());
        format!("[transport.tls]\nauthorities = {authorities:?}\ncertificate = {certificate:?}\nkey = {key:?}\n")
    }
}

#[test]
fn a_cluster_talks_under_tls_and_does_not_believe_a_stranger() {
    let (folder, ours, theirs) = (tempfile::tempdir().expect("a folder"), Authority::new(), Authority::new());
    // Node 2 trusts our authority, and is itself known to another alone.
    let table = |id: usize| match id {
        2 => theirs.table(folder.path(), id, &ours),
        _ => ours.table(folder.path(), id, &ours),
    };
    let mut nodes = Nodes::configured(3, table);
    let [zero, one, two] = [0, 1, 2].map(|id| nodes.address(id));
    for address in [zero, one] {
        until("two of three are a majority", || {
            let healthy = Client::connect(address).and_then(|mut client| client.get("/healthz"));
            healthy.ok().filter(|answer| answer.status == 200)
        });
    }
    let mut client = Client::connect(zero).expect("it serves");
    assert_eq!(client.put("/kv/milk", b"2 pints").expect("an answer").status, 200);
    let mut other = Client::connect(one).expect("it serves");
    assert_eq!(other.get("/kv/milk").expect("an answer").text(), "2 pints");
    until("the stranger is refused", || {
        let status = other.get("/status").expect("an answer").json();
        status["refused"]["identity"].as_u64().filter(|times| *times > 0)
    });
    let alone = Client::connect(two).and_then(|mut client| client.get("/healthz")).expect("an answer");
    assert_eq!(alone.status, 503);
}

#[test]
fn what_is_wrong_with_a_file_is_said_in_one_line_that_names_it() {
    let (folder, authority) = (tempfile::tempdir().expect("a folder"), Authority::new());
    let (config, data) = (folder.path().join("node.toml"), folder.path().join("data"));
    let good = format!(
        "cluster = \"test\"\nid = 0\naddresses = [\"127.0.0.1:0\"]\ndata = {data:?}\n\
         [application]\nhttp = \"127.0.0.1:0\"\n{}",
        authority.table(folder.path(), 0, &authority)
    );
    fs::write(&config, &good).expect("a file");
    let made = synod(["init", "--config"]).arg(&config).output().expect("the program starts");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    authority.table(folder.path(), 1, &authority);
    fs::write(folder.path().join("empty"), "").expect("a file");
    let wrong = [
        (good.replace("0.key", "absent.key"), "absent.key", "No such file"),
        (good.replace("0.authorities", "empty"), "empty", "no items found"),
        (good.replace("0.certificate", "1.certificate"), "1.certificate", "is not for node-0.test"),
        (good.replace("0.key", "1.key"), "1.key", "may not be consistent"),
        (good.replace("key = ", "kee = "), "kee", "unknown field"),
    ];
    for (text, name, reason) in wrong {
        fs::write(&config, text).expect("a file");
        let ended = synod(["serve", "--config"]).arg(&config).output().expect("the program starts");
        let line = String::from_utf8(ended.stderr).expect("text");
        assert_eq!((ended.status.code(), line.lines().count(), ended.stdout.len()), (Some(2), 1, 0), "{line}");
        assert!(line.contains(name) && line.contains(reason), "{line}");
    }
}
