package io.apexproxy.source.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;

/**
 * One DNS server. A query is sent over UDP with EDNS, and over TCP if the answer is truncated.
 *
 * <p>Datagrams with another id or question are ignored, because other hosts can forge them. The letters of the queried
 * name have a random case, which the answer repeats.
 */
final class DnsServer {

    /** The size that passes most networks without fragments, see https://www.dnsflagday.net/2020/. */
    private static final int UDP_BYTES = 1232;
    private static final int MOST_BYTES = 65_535;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final InetSocketAddress address;
    private final Duration timeout;

    DnsServer(InetSocketAddress address, Duration timeout) {
        this.address = address;
        this.timeout = timeout;
    }

    /** Sends a query and returns the response, of any result code. Blocks up to the timeout, twice with TCP. */
    Message query(Name name, int type) throws IOException {
        Message query = Message.newQuery(Record.newRecord(withRandomCase(name), type, DClass.IN));
        query.getHeader().setID(RANDOM.nextInt(1 << Short.SIZE));
        query.addRecord(new OPTRecord(UDP_BYTES, 0, 0), Section.ADDITIONAL);
        try {
            Message response = overUdp(query);
            return response.getHeader().getFlag(Flags.TC) ? overTcp(query) : response;
        } catch (SocketTimeoutException e) {
            throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (PortUnreachableException e) {
            throw new IOException("connection refused", e);
        }
    }

    static Name withRandomCase(Name name) {
        StringBuilder text = new StringBuilder(name.toString());
        for (int index = 0; index < text.length(); index++) {
            char letter = text.charAt(index);
            if (Character.isLetter(letter) && letter < 128 && RANDOM.nextBoolean()) {
                text.setCharAt(index, (char) (letter ^ 0x20));
            }
        }
        try {
            return Name.fromString(text.toString());
        } catch (TextParseException e) {
            throw new IllegalStateException(e); // the text of a name with other letters
        }
    }

    private Message overUdp(Message query) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.connect(address);
            byte[] sent = query.toWire();
            socket.send(new DatagramPacket(sent, sent.length));
            byte[] buffer = new byte[MOST_BYTES];
            long end = System.nanoTime() + timeout.toNanos();
            while (true) {
                long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
                if (left <= 0) {
                    throw new SocketTimeoutException();
                }
                socket.setSoTimeout((int) left);
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                Optional<Message> response = response(Arrays.copyOf(buffer, packet.getLength()), query);
                if (response.isPresent()) {
                    return response.get();
                }
            }
        }
    }

    private Message overTcp(Message query) throws IOException {
        long end = System.nanoTime() + timeout.toNanos();
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) timeout.toMillis());
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            byte[] sent = query.toWire();
            byte[] framed = new byte[Short.BYTES + sent.length];
            framed[0] = (byte) (sent.length >> Byte.SIZE);
            framed[1] = (byte) sent.length;
            System.arraycopy(sent, 0, framed, Short.BYTES, sent.length);
            out.write(framed);
            DataInputStream in = new DataInputStream(new DeadlineStream(socket, end));
            byte[] received = new byte[in.readUnsignedShort()];
            in.readFully(received);
            return response(received, query)
                    .orElseThrow(() -> new IOException("the answer over TCP is of another query"));
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("truncated over UDP, and over TCP: "
                    + Optional.ofNullable(e.getMessage()).orElse("closed"), e);
        }
    }

    /** Returns the response in a datagram; empty if it is not of this query. */
    private static Optional<Message> response(byte[] bytes, Message query) throws IOException {
        int id = query.getHeader().getID();
        if (bytes.length < 12 || (bytes[0] & 0xff) != id >> Byte.SIZE || (bytes[1] & 0xff) != (id & 0xff)) {
            return Optional.empty();
        }
        Message message = new Message(bytes); // throws if it is malformed
        boolean isOfQuery = message.getHeader().getFlag(Flags.QR) && message.getQuestion() != null
                && message.getQuestion().getType() == query.getQuestion().getType()
                && message.getQuestion().getName().toString().equals(query.getQuestion().getName().toString());
        return isOfQuery ? Optional.of(message) : Optional.empty();
    }

    @Override
    public String toString() {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
