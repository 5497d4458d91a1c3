package io.apexproxy.source.dns;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** A DNS server over UDP and TCP on one port, whose answers a test can change. */
final class FakeDns implements AutoCloseable {

    private static final String START = "apex.test. 60 IN SOA ns.apex.test. admin.apex.test. 1 60 60 60 7";

    /** A port stays in use while a thread receives. */
    private static final int POLL_MILLIS = 50;

    /** The records of the zone {@code apex.test}. */
    private volatile List<Record> zone = List.of();
    /** The number of queries by transport. */
    final List<String> queries = new CopyOnWriteArrayList<>();
    /** Changes responses over UDP. */
    volatile Function<Message, List<byte[]>> overUdp = response -> List.of(response.toWire());
    private final DatagramSocket udp;
    private final ServerSocket tcp;
    private final Thread udpThread;

    FakeDns() {
        try {
            ServerSocket server = null;
            DatagramSocket socket = null;
            while (socket == null) { // a port that is free for both
                server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                try {
                    socket = new DatagramSocket(server.getLocalPort(), InetAddress.getLoopbackAddress());
                } catch (IOException e) {
                    server.close();
                }
            }
            tcp = server;
            udp = socket;
            udp.setSoTimeout(POLL_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        udpThread = start(this::serveUdp);
        start(this::serveTcp);
    }

    private static Thread start(Runnable work) {
        Thread thread = new Thread(work, "fake-dns");
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    String address() {
        return "127.0.0.1:" + udp.getLocalPort();
    }

    DnsServer client() {
        return new DnsServer(new InetSocketAddress(InetAddress.getLoopbackAddress(), udp.getLocalPort()),
                Duration.ofSeconds(5));
    }

    static Name name(String text) {
        try {
            return Name.fromString(text, Name.root);
        } catch (TextParseException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** Returns a record in the form {@code NAME TTL IN TYPE DATA}. */
    static Record record(String text) {
        try {
            String[] parts = text.split(" +", 5);
            return Record.fromString(name(parts[0]), Type.value(parts[3]), DClass.IN, Long.parseLong(parts[1]),
                    parts[4],
                    Name.root);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the zone; see {@link #record}. */
    FakeDns serve(String... records) {
        zone = Arrays.stream(records).map(FakeDns::record).toList();
        return this;
    }

    /** Closes TCP. */
    FakeDns withoutTcp() throws IOException {
        tcp.close();
        return this;
    }

    private Message response(Message query) {
        Record question = query.getQuestion();
        Message response = new Message(query.getHeader().getID());
        response.getHeader().setFlag(Flags.QR);
        response.addRecord(question, Section.QUESTION);
        List<Record> ofName = zone.stream().filter(record -> record.getName().equals(question.getName())).toList();
        ofName.stream().filter(record -> record.getType() == question.getType() || record.getType() == Type.CNAME)
                .forEach(record -> response.addRecord(record, Section.ANSWER));
        if (response.getSection(Section.ANSWER).isEmpty()) {
            response.getHeader().setRcode(ofName.isEmpty() ? Rcode.NXDOMAIN : Rcode.NOERROR);
            response.addRecord(record(START), Section.AUTHORITY);
        }
        return response;
    }

    private void serveUdp() {
        byte[] buffer = new byte[65_535];
        while (!udp.isClosed()) {
            try {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                udp.receive(packet);
                Message query = new Message(Arrays.copyOf(buffer, packet.getLength()));
                queries.add("udp");
                for (byte[] bytes : overUdp.apply(response(query))) {
                    udp.send(new DatagramPacket(bytes, bytes.length, packet.getSocketAddress()));
                }
            } catch (IOException e) {
                if (!udp.isClosed() && !(e instanceof SocketTimeoutException)) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private void serveTcp() {
        while (!tcp.isClosed()) {
            try (Socket socket = tcp.accept()) {
                DataInputStream in = new DataInputStream(socket.getInputStream());
                byte[] bytes = new byte[in.readUnsignedShort()];
                in.readFully(bytes);
                queries.add("tcp");
                byte[] response = response(new Message(bytes)).toWire();
                DataOutputStream out = new DataOutputStream(socket.getOutputStream());
                out.writeShort(response.length);
                out.write(response);
                out.flush();
            } catch (IOException e) {
                if (!tcp.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    @Override
    public void close() {
        udp.close();
        try {
            tcp.close();
            udpThread.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
