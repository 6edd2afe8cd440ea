//! What an HTTP adapter answers before anybody looks at a delivery. There is none in a run, so this stands in for
//! `recallai-webhook-hyper` with its default limits.

use std::time::Duration;

use recallai_webhook_dispatch::Reply;
use recallai_webhook_emulator::Request;

/// The longest body, in bytes.
const BODY_LEN: usize = 512 * 1024;
/// How long a body may take to come.
const BODY_TIME: Duration = Duration::from_secs(10);

/// Awaits the body, and says how the request is answered if it does not come as it should.
pub(crate) async fn body_of(request: &Request) -> Result<(), Reply> {
    // The length is announced, so nobody waits for the body.
    if request.body.len() > BODY_LEN {
        return Err(Reply::TooLarge);
    }
    let writing = request.writing;
    let takes = match writing.cut_at {
        Some(at) if !request.body.is_empty() => {
            writing.over.mul_f64(at as f64 / request.body.len() as f64)
        }
        _ => writing.over,
    };
    if takes > BODY_TIME {
        tokio::time::sleep(BODY_TIME).await;
        return Err(Reply::Timeout);
    }
    if !takes.is_zero() {
        tokio::time::sleep(takes).await;
    }
    match writing.cut_at {
        Some(at) if at < request.body.len() => Err(Reply::BadRequest),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use recallai_webhook_hyper::Limits;

    use super::*;

    #[test]
    fn the_limits_are_those_of_the_adapter() {
        let limits = Limits::default();
        assert_eq!((BODY_LEN, BODY_TIME), (limits.body_len, limits.body_time));
    }
}
