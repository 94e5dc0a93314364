//! The head of an HTTP/1.1 reply, from bytes. No I/O, and no more of HTTP than function containers use.

/// What must be known of a reply to time it and to find its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) status: u16,
    /// Bytes of the head, its empty line included.
    pub(crate) bytes: usize,
    pub(crate) body: Body,
    /// Whether the connection serves another call.
    pub(crate) keep_alive: bool,
}

/// Where the body ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Body {
    /// After this many bytes.
    Length(usize),
    /// After the chunk of length zero.
    Chunked,
}

impl Head {
    /// The head that the buffer begins with, `None` while it is not complete.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(crate) fn parse(buffer: &[u8]) -> Result<Option<Self>, String> {
        const END: &[u8] = b"\r\n\r\n";
        let Some(end) = buffer.windows(END.len()).position(|window| window == END) else { return Ok(None) };
        let head = String::from_utf8_lossy(buffer.get(..end).unwrap_or_default());
        let mut lines = head.split("\r\n");
        let status_line = lines.next().unwrap_or_default();
        let status = status_line
            .strip_prefix("HTTP/1.1 ")
            .and_then(|rest| rest.get(..3))
            .and_then(|code| code.parse().ok())
            .ok_or_else(|| format!("not a status line of HTTP/1.1: {status_line:?}"))?;
        let mut reply = Self { status, bytes: end + END.len(), body: Body::Length(0), keep_alive: true };
        for (name, value) in lines.filter_map(|line| line.split_once(':')) {
            let value = value.trim();
            if name.eq_ignore_ascii_case("content-length") {
                reply.body = Body::Length(
                    value.parse().map_err(|error| format!("content-length {value:?}: {error}"))?,
                );
            } else if name.eq_ignore_ascii_case("transfer-encoding") && value.eq_ignore_ascii_case("chunked")
            {
                reply.body = Body::Chunked;
            } else if name.eq_ignore_ascii_case("connection") && value.eq_ignore_ascii_case("close") {
                reply.keep_alive = false;
            }
        }
        Ok(Some(reply))
    }

    /// Whether the buffer, which begins with this head, holds the whole reply.
    pub(crate) fn is_whole(&self, buffer: &[u8]) -> bool {
        match self.body {
            Body::Length(length) => buffer.len() >= self.bytes + length,
            // Replies are one small JSON document, which holds no bare line break.
            Body::Chunked => buffer.get(self.bytes..).is_some_and(|body| body.ends_with(b"0\r\n\r\n")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_read_whatever_the_case_of_its_names() {
        let reply = b"HTTP/1.1 200 OK\r\nCONTENT-length: 4\r\nConnection: Close\r\n\r\nbody";
        let head = Head::parse(reply).unwrap().unwrap();
        assert_eq!(
            head,
            Head { status: 200, bytes: reply.len() - 4, body: Body::Length(4), keep_alive: false }
        );
        assert!(head.is_whole(reply));
        assert!(!head.is_whole(&reply[..reply.len() - 1]));
    }

    #[test]
    fn a_chunked_reply_ends_with_its_last_chunk() {
        let reply = b"HTTP/1.1 502 Bad Gateway\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n";
        let head = Head::parse(reply).unwrap().unwrap();
        assert_eq!((head.status, head.body, head.keep_alive), (502, Body::Chunked, true));
        assert!(head.is_whole(reply));
        assert!(!head.is_whole(&reply[..reply.len() - 2]));
    }

    #[test]
    fn an_unfinished_head_is_not_yet_one() {
        assert_eq!(Head::parse(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n"), Ok(None));
    }

    #[test]
    fn what_is_not_http_is_shown() {
        let message = Head::parse(b"SSH-2.0-x\r\n\r\n").unwrap_err();
        assert!(message.contains("SSH-2.0-x"), "{message}");
        assert!(Head::parse(b"HTTP/1.1 200 OK\r\nContent-Length: four\r\n\r\n").is_err());
    }
}
