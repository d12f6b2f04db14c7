//! The server on a real socket: slow and huge requests, many connections, a graceful end.

use std::time::{Duration, Instant};

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::place::{Served, serve};

async fn listen(served: &Served) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(truceline_web::listen(listener, served.app.clone()));
    address
}

async fn all(stream: &mut TcpStream) -> String {
    let mut text = Vec::new();
    let _ = timeout(Duration::from_secs(20), stream.read_to_end(&mut text)).await.unwrap();
    String::from_utf8_lossy(&text).into_owned()
}

#[tokio::test]
async fn a_request_on_the_wire_is_answered() {
    let served = serve(|_, _| {});
    let mut stream = TcpStream::connect(listen(&served).await).await.unwrap();
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).await.unwrap();
    let answer = all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("\r\n\r\nok "), "{answer}");
}

#[tokio::test]
async fn huge_heads_are_refused() {
    let served = serve(|_, _| {});
    let address = listen(&served).await;
    let path = "a".repeat(40_000);
    let field = format!("x: {}\r\n", "b".repeat(30_000));
    let fields = "x: y\r\n".repeat(200);
    for (path, head) in [(&*path, ""), ("healthz", &*field), ("healthz", &*fields)] {
        let mut stream = TcpStream::connect(address).await.unwrap();
        let request = format!("GET /{path} HTTP/1.1\r\nhost: localhost\r\n{head}\r\n");
        // The server may hang up before it has taken it all.
        let _ = stream.write_all(request.as_bytes()).await;
        let answer = all(&mut stream).await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{answer}");
    }
}

#[tokio::test]
async fn a_slow_head_is_not_waited_for() {
    let served = serve(|_, _| {});
    let address = listen(&served).await;
    let begun = Instant::now();
    let mut slow = TcpStream::connect(address).await.unwrap();
    slow.write_all(b"GET /healthz HTTP/1.1\r\nhost: local").await.unwrap();
    // Others are served in the meantime.
    let mut quick = TcpStream::connect(address).await.unwrap();
    let request = "GET /healthz HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    quick.write_all(request.as_bytes()).await.unwrap();
    assert!(all(&mut quick).await.starts_with("HTTP/1.1 200"));
    assert!(begun.elapsed() < Duration::from_secs(5));
    let answer = all(&mut slow).await;
    assert!(!answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(begun.elapsed() < Duration::from_secs(15));
}

#[tokio::test]
async fn an_end_lets_what_is_under_way_end() {
    let served = serve(|_, _| {});
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(truceline_web::listen(listener, served.app.clone()));
    let mut events = TcpStream::connect(address).await.unwrap();
    let request = "GET /feeds/events HTTP/1.1\r\nhost: localhost\r\n\r\n";
    events.write_all(request.as_bytes()).await.unwrap();
    let mut begun = [0; 12];
    events.read_exact(&mut begun).await.unwrap();
    assert_eq!(&begun, b"HTTP/1.1 200");
    served.app.stop();
    timeout(Duration::from_secs(5), server).await.expect("streams end with the server").unwrap();
    assert!(TcpStream::connect(address).await.is_err());
}
