//! A TCP relay in the usual form of Tokio, for comparisons: one task for each connection, which copies both directions.
//! It has no health checks, limits or metrics.

use std::io;
use tokio::net::{TcpListener, TcpStream};

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.len() != 3 {
        eprintln!("usage: tokio-relay LISTEN BACKEND THREADS");
        std::process::exit(2);
    }
    let threads = arguments[2].parse().expect("THREADS is a number");
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(threads)
        .enable_io()
        .build()?
        .block_on(serve(&arguments[0], &arguments[1]))
}

async fn serve(listen: &str, backend: &str) -> io::Result<()> {
    let listener = TcpListener::bind(listen).await?;
    loop {
        let (client, _) = listener.accept().await?;
        let backend = backend.to_owned();
        tokio::spawn(async move {
            let _ = relay(client, &backend).await; // an error ends this connection only
        });
    }
}

async fn relay(mut client: TcpStream, backend: &str) -> io::Result<()> {
    let mut server = TcpStream::connect(backend).await?;
    client.set_nodelay(true)?;
    server.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut client, &mut server).await?;
    Ok(())
}
