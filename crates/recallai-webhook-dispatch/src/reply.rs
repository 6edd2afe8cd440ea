//! Replies: one row for each answer that the sender can get.

/// What the sender is told. A retry follows every reply but [`Acknowledged`](Self::Acknowledged).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reply {
    /// 204: verified and handled, or nothing that a retry could mend.
    Acknowledged,
    /// 400: the body was cut short.
    BadRequest,
    /// 401: not verified. One text for every reason, so that a forger learns nothing.
    Unauthorized,
    /// 404: no endpoint at this path.
    NotFound,
    /// 405: not a `POST`.
    MethodNotAllowed,
    /// 408: the headers or the body took too long.
    Timeout,
    /// 413: the body is over the limit.
    TooLarge,
    /// 503: a handler failed, or took too long, or we are shutting down. The sender tries again.
    Unavailable,
}

struct Row {
    status: u16,
    text: &'static str,
    header: Option<(&'static str, &'static str)>,
}

impl Reply {
    /// The HTTP status code.
    pub const fn status(self) -> u16 {
        self.row().status
    }

    /// The body: plain text ending in a line feed, or empty. It tells the sender's users nothing
    /// about this side.
    pub const fn text(self) -> &'static str {
        self.row().text
    }

    /// A header that belongs to the reply: `allow` or `retry-after` (seconds).
    ///
    /// There is never a `webhook-delivery` header: one value of it makes Svix drop the message,
    /// another switches the whole endpoint off.
    pub const fn header(self) -> Option<(&'static str, &'static str)> {
        self.row().header
    }

    const fn row(self) -> Row {
        let (status, text, header) = match self {
            Self::Acknowledged => (204, "", None),
            Self::BadRequest => (400, "bad request\n", None),
            Self::Unauthorized => (401, "unauthorized\n", None),
            Self::NotFound => (404, "not found\n", None),
            Self::MethodNotAllowed => (405, "method not allowed\n", Some(("allow", "POST"))),
            Self::Timeout => (408, "request timeout\n", None),
            Self::TooLarge => (413, "content too large\n", None),
            Self::Unavailable => (503, "unavailable\n", Some(("retry-after", "5"))),
        };
        Row { status, text, header }
    }
}
