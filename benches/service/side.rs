//! The two sides: which program it is, and how it is asked for the same things.

use crate::Error;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Method, Request, StatusCode, Uri};
use std::fmt::{self, Display, Formatter};
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How long a value is, in bytes.
pub const VALUE: usize = 100;

/// Who keeps the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, clap::ValueEnum)]
pub enum Side {
    /// Ours
    Synod,
    /// etcd
    Etcd,
}

/// What a client asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Operation {
    /// To write a value.
    Put,
    /// To read one, linearizably.
    Get,
}

/// The program of a side.
#[derive(Clone, Debug)]
pub struct Program {
    pub side: Side,
    pub file: PathBuf,
    /// Its name and version.
    pub says: String,
}

impl Display for Side {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Side::Synod => "synod",
            Side::Etcd => "etcd",
        })
    }
}

impl Display for Operation {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Operation::Put => "put",
            Operation::Get => "get",
        })
    }
}

impl Side {
    /// The request that writes a value.
    pub fn put(self, key: &str, value: &[u8]) -> Request<Full<Bytes>> {
        match self {
            Side::Synod => request(Method::PUT, &format!("/kv/{key}"), value.to_vec()),
            Side::Etcd => {
                let (key, value) = (BASE64.encode(key), BASE64.encode(value));
                let body = format!(r#"{{"key":"{key}","value":"{value}"}}"#);
                request(Method::POST, "/v3/kv/put", body.into_bytes())
            }
        }
    }

    /// The request that reads one.
    pub fn get(self, key: &str) -> Request<Full<Bytes>> {
        match self {
            Side::Synod => request(Method::GET, &format!("/kv/{key}"), Vec::new()),
            Side::Etcd => {
                let body = format!(r#"{{"key":"{}"}}"#, BASE64.encode(key));
                request(Method::POST, "/v3/kv/range", body.into_bytes())
            }
        }
    }

    /// The request that asks whether clients are served.
    pub fn health(self) -> Request<Full<Bytes>> {
        let path = match self {
            Side::Synod => "/healthz",
            Side::Etcd => "/health",
        };
        request(Method::GET, path, Vec::new())
    }

    /// Whether an answer looks like one to such an operation: cheap, because the client waits for it.
    pub fn answers(self, operation: Operation, status: StatusCode, body: &[u8]) -> bool {
        let long_enough = match (self, operation) {
            (_, Operation::Put) => true,
            (Side::Synod, Operation::Get) => body.len() == VALUE,
            // In base64, with what etcd says besides.
            (Side::Etcd, Operation::Get) => body.len() > VALUE * 4 / 3,
        };
        status == StatusCode::OK && long_enough
    }

    /// The value in the answer to a get, all of which is looked at.
    pub fn value(self, body: &[u8]) -> Option<Vec<u8>> {
        match self {
            Side::Synod => Some(body.to_vec()),
            Side::Etcd => {
                let answer: serde_json::Value = serde_json::from_slice(body).ok()?;
                BASE64.decode(answer["kvs"][0]["value"].as_str()?).ok()
            }
        }
    }
}

fn request(method: Method, path: &str, body: Vec<u8>) -> Request<Full<Bytes>> {
    let mut request = Request::new(Full::new(Bytes::from(body)));
    *request.method_mut() = method;
    *request.uri_mut() = path.parse::<Uri>().expect("keys are plain");
    request
}

impl Program {
    /// Our side, as it is built from the sources as they stand.
    pub fn built() -> Result<Self, Error> {
        let own = std::env::current_exe()?;
        let folder = own.parent().ok_or("this program lies in no folder")?;
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let arguments = ["build", "--release", "--quiet", "-p", "synod-cli"];
        println!("building synod; --synod FILE takes one that is there");
        let built = Command::new(cargo).args(arguments).current_dir(env!("CARGO_MANIFEST_DIR")).status()?;
        if !built.success() {
            return Err("synod does not build".into());
        }
        Program::synod(&folder.with_file_name("release").join("synod"))
    }

    /// Our side.
    pub fn synod(file: &Path) -> Result<Self, Error> {
        let says = version(file)?.ok_or_else(|| format!("{} is not there", file.display()))?;
        Ok(Program { side: Side::Synod, file: file.into(), says })
    }

    /// The other side.
    pub fn etcd(file: &Path) -> Result<Self, Error> {
        let says = version(file)?.ok_or("etcd is not installed (apt-get install etcd-server)")?;
        Ok(Program { side: Side::Etcd, file: file.into(), says })
    }
}

/// The first line that a program says of its version; none if it is not there.
fn version(file: &Path) -> Result<Option<String>, Error> {
    match Command::new(file).arg("--version").output() {
        Ok(output) => Ok(Some(String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or("").to_string())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(format!("{}: {error}", file.display()).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_etcd_answers_is_understood() {
        let body = br#"{"header":{"revision":"4"},"kvs":[{"key":"a2V5","version":"3","value":"dGVh"}],"count":"1"}"#;
        assert_eq!(Side::Etcd.value(body), Some(b"tea".to_vec()));
        assert_eq!(Side::Etcd.value(br#"{"header":{"revision":"4"}}"#), None);
        assert_eq!(Side::Synod.value(b"tea"), Some(b"tea".to_vec()));
    }

    #[test]
    fn an_answer_without_a_value_is_none() {
        let (found, nothing) = ([b'x'; VALUE], b"the key holds nothing");
        assert!(Side::Synod.answers(Operation::Get, StatusCode::OK, &found));
        assert!(!Side::Synod.answers(Operation::Get, StatusCode::NOT_FOUND, nothing));
        assert!(!Side::Synod.answers(Operation::Put, StatusCode::SERVICE_UNAVAILABLE, nothing));
        assert!(!Side::Etcd.answers(Operation::Get, StatusCode::OK, br#"{"header":{"revision":"4"}}"#));
        let found = format!(r#"{{"kvs":[{{"value":"{}"}}]}}"#, BASE64.encode(found));
        assert!(Side::Etcd.answers(Operation::Get, StatusCode::OK, found.as_bytes()));
    }
}
