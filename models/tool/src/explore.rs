//! `synod explore`: serves stateright's Explorer on a system.

use crate::args;
use crate::exit::{Exit, Refusal};
use crate::interrupt::Interrupt;
use crate::output::Output;
use crate::select;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::time::{Duration, Instant};
use std::{env, thread};
use synod_models::Algorithm;

/// How long the Explorer may take to answer before it is announced all the same.
const START_MAX: Duration = Duration::from_secs(10);
const RETRY: Duration = Duration::from_millis(10);

/// Serves the system that is asked for, until Ctrl-C.
pub fn run(args: &args::Explore, algorithms: &[Algorithm], out: &mut Output<'_>) -> Result<Exit, Refusal> {
    let chosen = select::first_system(algorithms, &args.name)?;
    let address = free(parse(&args.addr)?)?;
    Interrupt::ends_the_program()?;
    if !leaves_user_interface_alone() {
        out.remark("the Explorer takes files of its user interface from ./ui");
    }
    let name = chosen.name();
    thread::spawn(move || announce(&name, address));
    chosen.case.system.explore(address);
    Ok(Exit::Fine)
}

/// An address to listen on: numbers, or "localhost". Other names would have to be looked up, and may mean several.
fn parse(text: &str) -> Result<SocketAddr, Refusal> {
    let local = text.strip_prefix("localhost:").map(|port| format!("{}:{port}", Ipv4Addr::LOCALHOST));
    let refusal = || Refusal(format!("\"{}\" is no address to listen on; one is 127.0.0.1:3000", text.escape_debug()));
    local.as_deref().unwrap_or(text).parse().map_err(|_| refusal())
}

/// The address, if it can be listened on; of port 0, with a port that is free. stateright would panic otherwise.
fn free(address: SocketAddr) -> Result<SocketAddr, Refusal> {
    let listener = TcpListener::bind(address);
    let bound = listener.and_then(|listener| listener.local_addr());
    bound.map_err(|error| Refusal(format!("cannot listen on {address}: {error}; --addr HOST:PORT chooses another")))
}

/// stateright prefers files in `./ui` to its own, which is meant for its developers. A folder of that name is more likely
/// to be something else, so the program goes to a place without one. Tells whether it is in such a place.
fn leaves_user_interface_alone() -> bool {
    let here = env::current_dir().ok();
    let root = here.as_deref().and_then(|here| here.ancestors().last()).filter(|root| !root.join("ui").exists());
    !Path::new("ui").exists() || root.is_some_and(|root| env::set_current_dir(root).is_ok())
}

/// Says where the Explorer is, as soon as it answers.
fn announce(name: &str, address: SocketAddr) {
    let reachable = reachable(address);
    let started = Instant::now();
    while TcpStream::connect_timeout(&reachable, RETRY).is_err() && started.elapsed() < START_MAX {
        thread::sleep(RETRY);
    }
    Output::standard().line(format_args!("{name} is at http://{reachable}/ (Ctrl-C ends it)"));
}

/// Where a browser on this machine finds what listens on `address`.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip: IpAddr = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read() {
        assert_eq!(parse("127.0.0.1:3000"), Ok(([127, 0, 0, 1], 3000).into()));
        assert_eq!(parse("localhost:80"), Ok(([127, 0, 0, 1], 80).into()));
        assert!(parse("[::1]:80").is_ok());
        for text in ["", "3000", "127.0.0.1", "127.0.0.1:99999", "localhost:", "example.org:80", "a\nb:1"] {
            assert!(parse(text).is_err_and(|refusal| !refusal.0.contains('\n')), "{text}");
        }
    }

    #[test]
    fn a_port_in_use_is_refused_and_port_zero_is_any() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("some port is free");
        let address = taken.local_addr().expect("it is bound");
        assert!(free(address).is_err_and(|refusal| refusal.0.starts_with(&format!("cannot listen on {address}: "))));
        assert_ne!(free(([127, 0, 0, 1], 0).into()).expect("some port is free").port(), 0);
    }

    #[test]
    fn an_address_that_means_all_is_reached_as_this_machine() {
        assert_eq!(reachable(([0, 0, 0, 0], 80).into()), ([127, 0, 0, 1], 80).into());
        assert_eq!(reachable(([10, 0, 0, 1], 80).into()), ([10, 0, 0, 1], 80).into());
    }
}
