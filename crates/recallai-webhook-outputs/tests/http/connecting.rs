//! Where it connects to, and with whom.

use recallai_webhook_outputs::{Http, HttpOptions, Outgoing, Output, OutputError, TlsOptions};
use tokio::net::TcpListener;

use super::certificates::Certificates;
use super::options;
use super::receiver::{Receiver, status};

fn outgoing() -> Outgoing {
    Outgoing::json("key", "{}")
}

#[tokio::test]
async fn tls_is_with_those_we_trust_only() {
    let directory = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(directory.path());
    let receiver = Receiver::with_tls(&certificates.certificate, &certificates.key).await;
    let options = options(directory.path(), format!("https://localhost:{}/", receiver.port));
    let trusting = Http::new(options.clone().with_tls(certificates.tls())).unwrap();
    trusting.send(&outgoing()).await.unwrap();
    trusting.probe().await.unwrap();
    assert_eq!(receiver.received().len(), 1);

    let distrusting = Http::new(options.with_tls(TlsOptions::new())).unwrap();
    let error = distrusting.send(&outgoing()).await.unwrap_err();
    assert!(matches!(error, OutputError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("UnknownIssuer"), "{error}");
    assert!(distrusting.probe().await.unwrap_err().to_string().contains("UnknownIssuer"));
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn a_certificate_for_another_name_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let certificates = Certificates::make(directory.path());
    let receiver = Receiver::with_tls(&certificates.certificate, &certificates.key).await;
    // Another way to say this machine, which is not in the certificate.
    let options = options(directory.path(), format!("https://0.0.0.0:{}/", receiver.port));
    let output = Http::new(options.with_tls(certificates.tls())).unwrap();
    let error = output.send(&outgoing()).await.unwrap_err();
    assert!(matches!(error, OutputError::Unreachable { .. }), "{error:?}");
    assert!(error.to_string().contains("certificate not valid for name"), "{error}");
}

#[tokio::test]
async fn a_name_of_this_machine_is_not_connected_to_unless_that_is_allowed() {
    let receiver = Receiver::new().await;
    // The last two are no addresses to a parser of URLs; whoever looks them up makes addresses of them.
    for host in ["localhost", "127.1", "0x7f000001"] {
        let options = HttpOptions::new(format!("http://{host}:{}/", receiver.port)).with_unsigned();
        let output = Http::new(options.clone()).unwrap();
        for error in
            [output.send(&outgoing()).await.unwrap_err(), output.probe().await.unwrap_err()]
        {
            assert!(error.is_outage(), "{error:?}");
            let text = error.to_string();
            assert!(text.contains(&format!("{host} leads to ")), "{text}");
            assert!(text.ends_with("which is not public; `allow_private` allows it"), "{text}");
        }
        assert_eq!(receiver.connections(), 0);
    }
    let url = format!("http://localhost:{}/", receiver.port);
    let allowed = HttpOptions::new(url).with_unsigned().with_private();
    Http::new(allowed).unwrap().send(&outgoing()).await.unwrap();
    assert_eq!(receiver.connections(), 1);
}

#[tokio::test]
async fn a_connection_is_used_again() {
    let receiver = Receiver::answering(|number| Some(status([200, 500, 400][number % 3]))).await;
    let url = format!("http://127.0.0.1:{}/", receiver.port);
    let output = Http::new(HttpOptions::new(url).with_unsigned().with_private()).unwrap();
    for number in 0..9 {
        assert_eq!(output.send(&outgoing()).await.is_ok(), number % 3 == 0);
    }
    assert_eq!((receiver.received().len(), receiver.connections()), (9, 1));
}

#[tokio::test]
async fn nobody_who_listens_and_one_who_hangs_up_are_outages() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let hangs_up = tokio::spawn(async move {
        drop(listener.accept().await.unwrap());
        drop(listener);
    });
    let options = HttpOptions::new(format!("http://{address}/")).with_unsigned().with_private();
    let output = Http::new(options).unwrap();
    let error = output.send(&outgoing()).await.unwrap_err();
    assert!(matches!(error, OutputError::Unreachable { .. }), "{error:?}");
    hangs_up.await.unwrap();
    let error = output.send(&outgoing()).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with(&format!("posting to http://{address}: Connection refused")),
        "{text}"
    );
    assert!(error.is_outage() && output.probe().await.is_err());
}
