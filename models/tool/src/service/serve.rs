//! `synod serve`: runs one node.

use super::args::Serve;
use super::config::Settings;
use super::member::{Member, Store};
use super::{block_on, end, log, refusal};
use crate::exit::{Exit, Refusal};
use crate::output::Output;
use synod::runtime::store::disk::{Error, Fault};
use synod::runtime::transport::tcp::Tcp;
use tokio::net::TcpListener;

/// Runs the node that is configured until it is told to end.
pub fn run(args: &Serve, out: &mut Output<'_>) -> Result<Exit, Refusal> {
    let settings = Settings::load(&args.config)?;
    log::tell("warn")?;
    let config = args.config.display();
    let advise = |error: Error| match error.fault {
        Fault::Vanished => Refusal(format!("{error}; a node that has never run: synod init --config {config}")),
        _ => refusal(error),
    };
    let store = Store::open(&settings.data, &settings.owner()).map_err(advise)?;
    block_on(serve(settings, store, out))
}

async fn serve(settings: Settings, store: Store, out: &mut Output<'_>) -> Result<Exit, Refusal> {
    let end = end::listen()?;
    let metrics = log::record()?;
    let peers = Tcp::bind(settings.own_address()).await.map_err(refusal)?;
    let taken = |error| Refusal(format!("cannot serve on {}: {error}", settings.http));
    let web = TcpListener::bind(&settings.http).await.map_err(taken)?;
    let member = Member::start(&settings, store, peers, web, metrics).await?;
    out.line(format_args!("http://{}", member.address));
    tokio::select! {
        () = end => member.end().await.map(|()| Exit::Fine),
        error = member.stopped() => {
            out.remark(format_args!("error: {error}"));
            Ok(Exit::NotSo)
        }
    }
}
