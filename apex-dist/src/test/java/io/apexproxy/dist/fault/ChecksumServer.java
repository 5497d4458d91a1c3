package io.apexproxy.dist.fault;

import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A backend in a process of its own. On its first port the client speaks first, on its second it greets. It verifies
 * what it gets, answers with its name, the response and the number of bytes that it verified, and closes after the
 * client.
 *
 * <p>The test tells it by lines of standard input how to behave, and it says {@code ok} when it does. Any other line
 * that it says is a mistake. It ends with standard input: with the test, however that ends.
 */
public final class ChecksumServer {

    /** How it behaves to connections that it accepts from now on, except {@link #SLOW}, which counts for all. */
    enum Mode { NORMAL, SLOW, RESETTING, REFUSING }

    /** What a greeting has after the name: enough to need several packets. */
    private static final int GREETING = 3_000;
    private static final int BACKLOG = 256;
    private static final Pace SLOW = new Pace(1_500, 4);
    /** A connection that is reset is so somewhere before this byte of what is sent on it. */
    private static final int RESET_BEFORE = 100_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final int[] ports;
    private final ServerSocket[] doors = new ServerSocket[2];
    private volatile Mode mode = Mode.NORMAL;

    private ChecksumServer(int port, int greetingPort) {
        ports = new int[] {port, greetingPort};
    }

    public static void main(String... arguments) throws IOException {
        var server = new ChecksumServer(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        server.open();
        System.out.println("ok");
        try (var commands = new BufferedReader(new InputStreamReader(System.in))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                server.become(Mode.valueOf(line));
                System.out.println("ok");
            }
        }
        System.exit(0);
    }

    private void become(Mode next) throws IOException {
        if (next == Mode.REFUSING) {
            for (ServerSocket door : doors) {
                door.close();
            }
        } else if (mode == Mode.REFUSING) {
            open();
        }
        mode = next;
    }

    private void open() throws IOException {
        for (int i = 0; i < doors.length; i++) {
            ServerSocket door = new ServerSocket(ports[i], BACKLOG, InetAddress.getLoopbackAddress());
            boolean greets = i > 0;
            doors[i] = door;
            threads.execute(() -> accept(door, greets));
        }
    }

    private void accept(ServerSocket door, boolean greets) {
        try {
            while (true) {
                Socket socket = door.accept();
                long resetAfter = mode == Mode.RESETTING ? ThreadLocalRandom.current().nextInt(RESET_BEFORE) : -1;
                threads.execute(() -> serve(socket, greets, resetAfter));
            }
        } catch (IOException e) {
            if (!door.isClosed()) {
                System.out.println("cannot accept: " + e);
            }
        }
    }

    private void serve(Socket socket, boolean greets, long resetAfter) {
        try (socket; Output out = new Output(socket, resetAfter)) {
            socket.setTcpNoDelay(true);
            if (greets) {
                greet(out);
            }
            var in = new DataInputStream(socket.getInputStream());
            Header header = Header.read(in);
            exchange(header, in, out, !greets);
            socket.shutdownOutput();
            if (in.read() >= 0) {
                throw new AssertionError("wrong: more came than " + header);
            }
        } catch (AssertionError e) {
            System.out.println(e.getMessage());
        } catch (EOFException e) {
            // the client left before it had said what it wanted, or this was a probe
        } catch (IOException | CompletionException e) {
            // the connection broke: whether it may have, the client knows
        }
    }

    private void greet(Output out) throws IOException {
        long seed = ThreadLocalRandom.current().nextLong();
        byte[] greeting = new byte[GREETING];
        new RandomStream(seed).fill(greeting, greeting.length);
        out.write(longs(ports[0], seed, GREETING));
        out.write(greeting);
    }

    private void exchange(Header header, DataInputStream in, Output out, boolean named) throws IOException {
        RandomStream request = header.requestStream();
        if (header.request() == Header.UNTIL_END) {
            request.verify(in, Long.MAX_VALUE, Pace.FULL);
            respond(header, out, named);
        } else {
            CompletableFuture<Void> response = CompletableFuture.runAsync(() -> {
                try {
                    respond(header, out, named);
                } catch (IOException e) {
                    throw new CompletionException(e);
                }
            }, threads);
            request.verify(in, header.request(), Pace.FULL);
            response.join();
        }
        out.write(longs(request.position()));
    }

    private void respond(Header header, Output out, boolean named) throws IOException {
        if (named) {
            out.write(longs(ports[0]));
        }
        RandomStream response = header.responseStream();
        while (response.position() < header.response()) {
            Pace pace = mode == Mode.SLOW ? SLOW : Pace.FULL;
            byte[] piece = new byte[(int) Math.min(pace.piece(), header.response() - response.position())];
            response.fill(piece, piece.length);
            out.write(piece);
            pace.pause();
        }
    }

    private static byte[] longs(long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES);
        for (long value : values) {
            bytes.putLong(value);
        }
        return bytes.array();
    }

    /** What is sent on a connection, which is reset when that was enough. */
    private static final class Output implements AutoCloseable {

        private final Socket socket;
        private final OutputStream out;
        private final long resetAfter;
        private long sent;

        Output(Socket socket, long resetAfter) throws IOException {
            this.socket = socket;
            this.out = socket.getOutputStream();
            this.resetAfter = resetAfter;
        }

        void write(byte[] bytes) throws IOException {
            sent += bytes.length;
            if (resetAfter >= 0 && sent > resetAfter) {
                reset();
            } else {
                out.write(bytes);
            }
        }

        private void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
            throw new IOException("reset");
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }
}
