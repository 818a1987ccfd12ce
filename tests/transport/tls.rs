//! Who cannot prove which node it is gets nowhere.

use crate::common::*;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use synod::runtime::transport::counters::Refusal;
use synod::runtime::transport::tcp::tls::{Tls, certificate_name};
use synod::runtime::transport::tcp::{Settings, Tcp, TlsFiles};
use synod::runtime::transport::{Identity, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, watch};
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring};

/// Who signs for a cluster.
struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, as PEM.
struct Signed {
    certificate: String,
    key: String,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names are fine");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Authority(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate"))
    }

    fn pem(&self) -> String {
        self.0.pem()
    }

    fn sign(&self, node: usize) -> Signed {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([certificate_name(CLUSTER, node.into())]).expect("a name of DNS");
        let certificate = params.signed_by(&key, &self.0).expect("it signs").pem();
        Signed { certificate, key: key.serialize_pem() }
    }

    /// What a node needs that trusts this authority and has a certificate of it.
    fn tls(&self, node: usize) -> Tls {
        let Signed { certificate, key } = self.sign(node);
        Tls::from_pem(self.pem().as_bytes(), certificate.as_bytes(), key.as_bytes()).expect("it can be read")
    }
}

/// Nodes 0 and 1 that talk under TLS, the address of the first, and who has signed for them.
async fn secured() -> (Node, Node, SocketAddr, Authority) {
    let authority = Authority::new();
    let zero = port(quick()).await.with_tls(authority.tls(0));
    let one = port(quick()).await.with_tls(authority.tls(1));
    let target = zero.address();
    let all = addresses([zero.address(), one.address(), vacant().await]);
    let (mut zero, mut one) = (Node::start(zero, 0, 1, all.clone()).await, Node::start(one, 1, 1, all).await);
    zero.reach(&mut one, "before").await;
    one.reach(&mut zero, "before").await;
    (zero, one, target, authority)
}

/// That the intruder was refused for want of a proof, and nobody else was harmed.
async fn unharmed(mut zero: Node, mut one: Node) {
    until("it is counted", || zero.refused(Refusal::Identity) > 0).await;
    assert_eq!(zero.traffic().refused.len(), 1);
    zero.reach(&mut one, "after").await;
    one.reach(&mut zero, "after").await;
    assert_eq!((zero.with(1).reconnections, one.with(0).reconnections), (0, 0));
    assert_eq!(zero.with(2).received.messages, 0);
}

/// Dials node 0 under TLS with this certificate, or none, and says hello as node 1. Gives what it is answered.
async fn intrude(target: SocketAddr, trusts: &Authority, with: Option<Signed>) -> Vec<u8> {
    let mut authorities = RootCertStore::empty();
    authorities.add(CertificateDer::from_pem_slice(trusts.pem().as_bytes()).expect("PEM")).expect("an authority");
    let client = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_root_certificates(authorities);
    let client = match with {
        None => client.with_no_client_auth(),
        Some(Signed { certificate, key }) => {
            let chain = vec![CertificateDer::from_pem_slice(certificate.as_bytes()).expect("PEM")];
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).expect("PEM");
            client.with_client_auth_cert(chain, key).expect("they go together")
        }
    };
    let name = ServerName::try_from(certificate_name(CLUSTER, 0.into())).expect("a name of DNS");
    let stream = TcpStream::connect(target).await.expect("the node listens");
    let mut stream = TlsConnector::from(Arc::new(client)).connect(name, stream).await.expect("the node is itself");
    let _ = stream.write_all(&hello(CLUSTER, 1, 0, 9)).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    answer
}

#[tokio::test]
async fn a_certificate_of_another_node() {
    let (zero, one, target, authority) = secured().await;
    let answer = intrude(target, &authority, Some(authority.sign(2))).await;
    assert_eq!(answer[10..], [1, Refusal::Identity as u8]);
    unharmed(zero, one).await;
}

#[tokio::test]
async fn a_certificate_of_another_authority() {
    let (zero, one, target, authority) = secured().await;
    assert!(intrude(target, &authority, Some(Authority::new().sign(1))).await.is_empty());
    unharmed(zero, one).await;
}

#[tokio::test]
async fn no_certificate() {
    let (zero, one, target, authority) = secured().await;
    assert!(intrude(target, &authority, None).await.is_empty());
    unharmed(zero, one).await;
}

#[tokio::test]
async fn no_tls() {
    let (zero, one, target, _) = secured().await;
    let mut hand = Hand::dial(target).await;
    hand.0.write_all(&hello(CLUSTER, 1, 0, 9)).await.expect("the node reads");
    hand.hung_up().await;
    unharmed(zero, one).await;
}

#[tokio::test]
async fn another_node_at_a_peers_address() {
    let (mut zero, mut one, _, authority) = secured().await;
    let two = port(quick()).await.with_tls(authority.tls(2));
    // Node 0 is told that node 2's place is node 1's.
    let at_two = two.address().to_string();
    let all = zero.addresses.borrow().clone();
    let two = Node::start(two, 2, 1, all).await;
    zero.addresses.send_modify(|known| {
        known.insert(one.id, at_two);
    });
    until("it is refused", || zero.refused(Refusal::Identity) > 0).await;
    assert_eq!(two.with(0).received.messages, 0);
    one.reach(&mut zero, "after").await;
}

#[tokio::test]
async fn a_handshake_that_is_played_again() {
    let authority = Authority::new();
    let zero = port(quick()).await.with_tls(authority.tls(0));
    let one = port(quick()).await.with_tls(authority.tls(1));
    let (target, proxy) = (zero.address(), TcpListener::bind("127.0.0.1:0").await.expect("a port is free"));
    let recorded = Arc::new(Mutex::new(Vec::new()));
    let through = addresses([proxy.local_addr().expect("it has an address"), one.address()]);
    let recording = tokio::spawn(record(proxy, target, recorded.clone()));
    let mut zero = Node::start(zero, 0, 1, addresses([target, one.address()])).await;
    let mut one = Node::start(one, 1, 1, through).await;
    one.reach(&mut zero, "what an eavesdropper records").await;
    let connections = zero.with(1).received.messages;
    assert!(connections > 0);

    let recorded = recorded.lock().expect("nobody panics").clone();
    let mut again = TcpStream::connect(target).await.expect("the node listens");
    again.write_all(&recorded).await.expect("the node reads");
    Hand(again).hung_up().await;
    until("it is counted", || zero.refused(Refusal::Identity) == 1).await;
    // The connection that was recorded goes on.
    one.reach(&mut zero, "after").await;
    assert_eq!(one.with(0).reconnections, 0);
    recording.abort();
}

/// Passes everything on, and keeps what the first who dials says.
async fn record(proxy: TcpListener, target: SocketAddr, recorded: Arc<Mutex<Vec<u8>>>) {
    let (inward, _) = proxy.accept().await.expect("the node dials");
    let outward = TcpStream::connect(target).await.expect("the node listens");
    let (mut from, mut back) = inward.into_split();
    let (mut answers, mut to) = outward.into_split();
    let there = async {
        let mut bytes = vec![0; 10_000];
        while let Ok(length @ 1..) = from.read(&mut bytes).await {
            recorded.lock().expect("nobody panics").extend_from_slice(&bytes[..length]);
            to.write_all(&bytes[..length]).await.expect("the node reads");
        }
    };
    let (_, copied) = tokio::join!(there, tokio::io::copy(&mut answers, &mut back));
    copied.expect("both ends are there");
}

#[tokio::test]
async fn what_cannot_be_used_is_told_at_the_start() {
    let start = async |cluster: &str, tls: Tls| {
        let transport: Tcp = port(quick()).await.with_tls(tls);
        let identity = Identity { cluster: cluster.into(), node: 0.into(), incarnation: 1 };
        let (inbox, _letters) = mpsc::channel(1);
        let started =
            Transport::<String>::start(transport, identity, watch::Sender::default().subscribe(), inbox).await;
        started.err().expect("it cannot start").to_string()
    };
    let authority = Authority::new();
    assert_eq!(
        start(CLUSTER, authority.tls(1)).await,
        "cannot use the certificates: the certificate is not for node-0.dairy"
    );
    assert_eq!(
        start("our dairy", authority.tls(0)).await,
        "\"node-0.our dairy\" is no name for a certificate: with TLS a cluster is named in letters, digits and hyphens"
    );
    let Signed { certificate, key } = authority.sign(0);
    let nothing = Tls::from_pem(b"", certificate.as_bytes(), key.as_bytes()).expect_err("no authority").to_string();
    assert!(nothing.starts_with("cannot read the authorities: "), "{nothing}");
    let foreign = Tls::from_pem(authority.pem().as_bytes(), certificate.as_bytes(), authority.sign(0).key.as_bytes());
    let foreign = start(CLUSTER, foreign.expect("it can be read")).await;
    assert!(foreign.starts_with("cannot use the certificates: "), "{foreign}");
}

/// Files that the settings name are read when the transport starts, and what is wrong is said of the file.
#[tokio::test]
async fn the_settings_name_the_files() {
    let (folder, authority) = (tempfile::tempdir().expect("a folder"), Authority::new());
    let file = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).expect("a file");
        path
    };
    let files = |id: usize, signed: Signed| TlsFiles {
        authorities: file("authorities.pem", &authority.pem()),
        certificate: file(&format!("{id}.pem"), &signed.certificate),
        key: file(&format!("{id}.key"), &signed.key),
    };
    let with = |files: TlsFiles| Settings { tls: Some(files), ..quick() };
    let (zero, one) = (with(files(0, authority.sign(0))), with(files(1, authority.sign(1))));
    let (at_zero, at_one) = (port(zero.clone()).await, port(one).await);
    let (target, all) = (at_zero.address(), addresses([at_zero.address(), at_one.address()]));
    let (mut zero_runs, mut one_runs) =
        (Node::start(at_zero, 0, 1, all.clone()).await, Node::start(at_one, 1, 1, all).await);
    zero_runs.reach(&mut one_runs, "under TLS").await;
    one_runs.reach(&mut zero_runs, "under TLS").await;
    let mut hand = Hand::dial(target).await;
    hand.0.write_all(&hello(CLUSTER, 1, 0, 9)).await.expect("the node reads");
    hand.hung_up().await;

    let refused = async |files: TlsFiles| {
        let identity = Identity { cluster: CLUSTER.into(), node: 0.into(), incarnation: 1 };
        let (inbox, _letters) = mpsc::channel(1);
        let transport = port(with(files)).await;
        let started =
            Transport::<String>::start(transport, identity, watch::Sender::default().subscribe(), inbox).await;
        started.err().expect("it cannot start").to_string()
    };
    let good = zero.tls.expect("it was put there");
    let wrong = [
        (TlsFiles { authorities: folder.path().join("absent.pem"), ..good.clone() }, "absent.pem", "I/O error"),
        (TlsFiles { certificate: file("empty.pem", ""), ..good.clone() }, "empty.pem", "no items"),
        (TlsFiles { key: file("text.key", "milk"), ..good.clone() }, "text.key", "no items"),
        (files(1, authority.sign(1)), "1.pem", "is not for node-0.dairy"),
        (
            TlsFiles { key: file("other.key", &authority.sign(0).key), ..good.clone() },
            "other.key",
            "may not be consistent",
        ),
    ];
    for (files, name, reason) in wrong {
        let line = refused(files).await;
        assert!(line.contains(name) && line.contains(reason) && line.lines().count() == 1, "{line}");
    }
}
