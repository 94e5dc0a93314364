//! A container that does nothing but pass on: it waits for a request, sends the database bytes that were made before, waits for its
//! word, and gives an answer that was made before. No function that stores the row can be faster than one that does only this, so its
//! rate is the ceiling of all of them.

use std::io::{self, ErrorKind, Read, Write};
use std::net::TcpStream;
use std::os::unix::net::{UnixListener, UnixStream};

use bytes::BytesMut;
use postgres_protocol::IsNull;
use postgres_protocol::authentication::sasl::{ChannelBinding, SCRAM_SHA_256, ScramSha256};
use postgres_protocol::message::backend::Message;
use postgres_protocol::message::frontend;

use crate::Failure;
use crate::arguments::Relay;

/// The row of the benchmark, as parameters of an unnamed statement: what any program does that does not write values into SQL.
const INSERT: &str = "insert into items (name, description) values ($1, $2) returning id";
const VALUES: [&[u8]; 2] = [b"item-00000001-pump", b"north line reactor flow ok drift alarm reset"];
const VARCHAR: u32 = 1043;
const TEXT: u32 = 25;
const BINARY: i16 = 1;

/// As long as what a function says.
const REPLY: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 144\r\n\r\n\
    {\"status\":\"success\",\"message\":\"1 row stored in items\",\"item_id\":10000,\"table\":\"items\",\"received\":1,\
    \"inserted\":1,\"rejected\":0,\"key\":{\"id\":10000}}";

/// Serves one connection after the other, until it is killed.
pub(crate) fn run(relay: &Relay) -> Result<String, Failure> {
    let listener = UnixListener::bind(&relay.socket)?;
    let mut database = connect(relay)?;
    let insert = insert()?;
    loop {
        let (caller, _) = listener.accept()?;
        serve(caller, &mut database, &insert)?;
    }
}

fn serve(mut caller: UnixStream, database: &mut TcpStream, insert: &[u8]) -> Result<(), Failure> {
    let mut buffer = [0; 8192];
    while read_until(&mut caller, &mut buffer, |request| request.ends_with(b"0\r\n\r\n"))? {
        database.write_all(insert)?;
        // A server that has taken the statement begins with ParseComplete and ends with ReadyForQuery, outside a transaction.
        let done = |words: &[u8]| !words.starts_with(b"1") || words.ends_with(b"Z\0\0\0\x05I");
        if !read_until(database, &mut buffer, done)? || !buffer.starts_with(b"1") {
            return Err("the database did not take the row".into());
        }
        caller.write_all(REPLY)?;
    }
    Ok(())
}

/// Reads until it is enough; `false` when the peer has closed before its first byte.
fn read_until(peer: &mut impl Read, buffer: &mut [u8], enough: impl Fn(&[u8]) -> bool) -> io::Result<bool> {
    let mut filled = 0;
    loop {
        match peer.read(buffer.get_mut(filled..).unwrap_or_default())? {
            0 if filled == 0 => return Ok(false),
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            read => filled += read,
        }
        if enough(buffer.get(..filled).unwrap_or_default()) {
            return Ok(true);
        }
    }
}

/// Parse, Bind, Execute and Sync, to be sent together.
fn insert() -> Result<BytesMut, Failure> {
    let mut bytes = BytesMut::new();
    frontend::parse("", INSERT, [VARCHAR, TEXT], &mut bytes)?;
    let put = |value: &[u8], out: &mut BytesMut| {
        out.extend_from_slice(value);
        Ok(IsNull::No)
    };
    frontend::bind("", "", [BINARY; 2], VALUES, put, [BINARY], &mut bytes).map_err(|error| match error {
        frontend::BindError::Conversion(error) => error,
        frontend::BindError::Serialization(error) => error.into(),
    })?;
    frontend::execute("", 0, &mut bytes)?;
    frontend::sync(&mut bytes);
    Ok(bytes)
}

/// A connection that has logged in.
fn connect(relay: &Relay) -> Result<TcpStream, Failure> {
    let mut stream = TcpStream::connect(&relay.database)?;
    stream.set_nodelay(true)?;
    let mut scram = ScramSha256::new(relay.password.as_bytes(), ChannelBinding::unsupported());
    let mut received = BytesMut::new();
    let mut answer = BytesMut::new();
    frontend::startup_message(
        [("user", relay.user.as_str()), ("database", relay.dbname.as_str())],
        &mut answer,
    )?;
    loop {
        stream.write_all(&answer)?;
        answer.clear();
        match next_message(&mut stream, &mut received)? {
            Message::AuthenticationSasl(_) => {
                frontend::sasl_initial_response(SCRAM_SHA_256, scram.message(), &mut answer)?;
            }
            Message::AuthenticationSaslContinue(body) => {
                scram.update(body.data())?;
                frontend::sasl_response(scram.message(), &mut answer)?;
            }
            Message::AuthenticationSaslFinal(body) => scram.finish(body.data())?,
            Message::ReadyForQuery(_) => return Ok(stream),
            Message::ErrorResponse(_) => return Err("the database refuses the relay".into()),
            _ => {}
        }
    }
}

fn next_message(stream: &mut TcpStream, received: &mut BytesMut) -> io::Result<Message> {
    let mut piece = [0; 4096];
    loop {
        if let Some(message) = Message::parse(received)? {
            return Ok(message);
        }
        match stream.read(&mut piece)? {
            0 => return Err(ErrorKind::UnexpectedEof.into()),
            read => received.extend_from_slice(piece.get(..read).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reply_is_as_long_as_it_says() {
        let head = crate::reply::Head::parse(REPLY).unwrap().unwrap();
        assert!(head.is_whole(REPLY) && !head.is_whole(&REPLY[..REPLY.len() - 1]));
    }

    #[test]
    fn reading_ends_with_what_is_enough_or_with_the_peer() {
        let mut buffer = [0; 8];
        let enough = |bytes: &[u8]| bytes.ends_with(b"!");
        assert!(read_until(&mut &b"ab!"[..], &mut buffer, enough).unwrap());
        assert!(!read_until(&mut &b""[..], &mut buffer, enough).unwrap());
        assert!(read_until(&mut &b"ab"[..], &mut buffer, enough).is_err());
        // More than the buffer holds is not what is waited for.
        assert!(read_until(&mut &b"123456789!"[..], &mut buffer, enough).is_err());
    }

    #[test]
    fn the_statement_is_one_round_trip() {
        let bytes = insert().unwrap();
        assert!(bytes.starts_with(b"P\0") && bytes.ends_with(b"S\0\0\0\x04"));
    }
}
