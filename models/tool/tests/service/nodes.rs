//! Nodes as processes of the built program, each with its configuration in a folder that is removed at the end.

use crate::http::Client;
use crate::{PATIENCE, until};
use rustix::process::{Pid, Signal, kill_process};
use std::fs::{self, File, OpenOptions};
use std::io::{BufRead, BufReader};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering::Relaxed};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use tempfile::TempDir;

/// The program with these arguments.
pub fn synod<I: IntoIterator<Item = S>, S: AsRef<std::ffi::OsStr>>(arguments: I) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_synod"));
    command.args(arguments).stdin(Stdio::null());
    command
}

/// A port that is free, below those which systems give to whoever connects: one that stays free while its node is down.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    const PORTS: std::ops::Range<u16> = 12_000..32_000;
    let start = std::process::id() as u16;
    for _ in PORTS {
        let place = start.wrapping_mul(17).wrapping_add(NEXT.fetch_add(1, Relaxed)) % PORTS.len() as u16;
        let port = PORTS.start + place;
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
    panic!("no port is free");
}

/// A process of the program that serves. It is killed when this is dropped.
pub struct Running {
    child: Child,
    /// What it prints.
    lines: Receiver<String>,
}

impl Running {
    /// Starts the program; what it says goes to `log`.
    pub fn start(command: &mut Command, log: &Path) -> Self {
        let log = OpenOptions::new().create(true).append(true).open(log).expect("the log is a new file");
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().expect("the program starts");
        let printed = BufReader::new(child.stdout.take().expect("it is piped"));
        let (print, lines) = mpsc::channel();
        // Ends with the program, or with whoever reads its lines.
        thread::spawn(move || printed.lines().map_while(Result::ok).try_for_each(|line| print.send(line)));
        Running { child, lines }
    }

    /// The next line that it prints, if it prints another in time.
    pub fn line(&mut self) -> Option<String> {
        self.lines.recv_timeout(PATIENCE).ok()
    }

    /// The address in the next line, if there is one.
    pub fn address(&mut self) -> Option<SocketAddr> {
        self.line()?.strip_prefix("http://")?.parse().ok()
    }

    pub fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).expect("the process is there");
    }

    /// Waits for its end.
    pub fn ended(&mut self) -> ExitStatus {
        until("the program ends", || self.child.try_wait().expect("it is a child"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The nodes of a cluster, of which any may be down.
pub struct Nodes {
    folder: TempDir,
    nodes: Vec<Option<Running>>,
}

impl Nodes {
    /// Nodes that reach one another directly.
    pub fn start(count: usize) -> Self {
        let own: Vec<u16> = (0..count).map(|_| free_port()).collect();
        Self::start_with(&vec![own; count])
    }

    /// Nodes that reach one another directly, with more in their configurations: first of the table `[application]`.
    pub fn configured(count: usize, more: impl Fn(usize) -> String) -> Self {
        let own: Vec<u16> = (0..count).map(|_| free_port()).collect();
        Self::start_as(&vec![own; count], more)
    }

    /// Nodes of which each has its own view of the ports of all; its own is where it listens.
    pub fn start_with(views: &[Vec<u16>]) -> Self {
        Self::start_as(views, |_| String::new())
    }

    fn start_as(views: &[Vec<u16>], more: impl Fn(usize) -> String) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        for (id, view) in views.iter().enumerate() {
            let addresses: Vec<String> = view.iter().map(|port| format!("127.0.0.1:{port}")).collect();
            let data = folder.path().join(format!("data-{id}"));
            let config = format!(
                "cluster = \"test\"\nid = {id}\naddresses = {addresses:?}\ndata = {data:?}\n\
                 [application]\nhttp = \"127.0.0.1:0\"\ntimeout = 2.0\n{}",
                more(id)
            );
            fs::write(folder.path().join(format!("node-{id}.toml")), config).expect("a file");
        }
        let mut nodes = Nodes { folder, nodes: views.iter().map(|_| None).collect() };
        for id in 0..views.len() {
            let ended = synod(["init", "--config"]).arg(nodes.config(id)).output().expect("the program starts");
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
            nodes.restart(id);
        }
        nodes
    }

    /// The folder of a node's store.
    pub fn data(&self, id: usize) -> PathBuf {
        self.folder.path().join(format!("data-{id}"))
    }

    pub fn config(&self, id: usize) -> PathBuf {
        self.folder.path().join(format!("node-{id}.toml"))
    }

    pub fn log(&self, id: usize) -> PathBuf {
        self.folder.path().join(format!("node-{id}.log"))
    }

    /// Starts a node that is down; does not wait for it to serve.
    pub fn restart(&mut self, id: usize) {
        let mut command = synod(["serve", "--config"]);
        command.arg(self.config(id)).env("SYNOD_LOG", "synod::runtime::node=trace");
        self.nodes[id] = Some(Running::start(&mut command, &self.log(id)));
    }

    pub fn node(&mut self, id: usize) -> &mut Running {
        self.nodes[id].as_mut().expect("it is up")
    }

    /// Waits until a node serves; returns where.
    pub fn address(&mut self, id: usize) -> SocketAddr {
        match self.node(id).address() {
            Some(address) => address,
            None => panic!("node {id} does not serve:\n{}", tail(&self.log(id))),
        }
    }

    /// Waits until all nodes serve and have found a majority; returns where.
    pub fn addresses(&mut self) -> Vec<SocketAddr> {
        let addresses: Vec<SocketAddr> = (0..self.nodes.len()).map(|id| self.address(id)).collect();
        for address in &addresses {
            until("a majority is found", || {
                let healthy = Client::connect(*address).and_then(|mut client| client.get("/healthz"));
                healthy.ok().filter(|answer| answer.status == 200)
            });
        }
        addresses
    }

    /// Ends a node as if its machine had lost power.
    pub fn kill(&mut self, id: usize) {
        self.nodes[id] = None;
    }
}

/// The last lines of a file.
pub fn tail(file: &Path) -> String {
    use std::io::{Read, Seek, SeekFrom};
    const LENGTH: u64 = 2048;
    let Ok(mut file) = File::open(file) else { return String::new() };
    let length = file.metadata().map_or(0, |metadata| metadata.len());
    let mut bytes = Vec::new();
    let _ = file.seek(SeekFrom::Start(length.saturating_sub(LENGTH)));
    let _ = file.read_to_end(&mut bytes);
    String::from_utf8_lossy(&bytes).into_owned()
}
