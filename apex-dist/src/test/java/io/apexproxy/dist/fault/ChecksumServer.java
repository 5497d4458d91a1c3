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
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A backend in a separate process. The client sends first on its first port; the backend sends a greeting on its second
 * port. It verifies received bytes, answers with its name, the response and the number of verified bytes, and closes
 * after the client.
 *
 * <p>Lines of standard input set the mode; the backend confirms each with {@code ok}. Any other output line is an
 * error. The process ends at the end of standard input, which is also the end of the test process.
 */
public final class ChecksumServer {

    /** The behaviour for later connections; {@link #SLOW} also applies to open connections. */
    enum Mode {
        NORMAL, SLOW, RESETTING, REFUSING
    }

    /** Bytes of a greeting after the name; enough for several packets. */
    private static final int GREETING = 3_000;
    private static final int BACKLOG = 256;
    private static final Pace SLOW = new Pace(1_500, 4);
    /** A connection is reset after a random number of sent bytes below this limit. */
    private static final int RESET_BEFORE = 100_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final int[] ports;
    private final ServerSocket[] serverSockets = new ServerSocket[2];
    private final Future<?>[] acceptors = new Future<?>[2];
    private volatile Mode mode = Mode.NORMAL;

    private ChecksumServer(int port, int greetingPort) {
        ports = new int[] {port, greetingPort};
    }

    public static void main(String... arguments) throws Exception {
        var server = new ChecksumServer(Integer.parseInt(arguments[0]), Integer.parseInt(arguments[1]));
        server.open();
        System.out.println("ok");
        try (var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = commands.readLine(); line != null; line = commands.readLine()) {
                server.setMode(Mode.valueOf(line));
                System.out.println("ok");
            }
        }
        System.exit(0);
    }

    private void setMode(Mode next) throws Exception {
        if (next == Mode.REFUSING) {
            for (ServerSocket serverSocket : serverSockets) {
                serverSocket.close();
            }
            for (Future<?> acceptor : acceptors) {
                acceptor.get(); // the kernel keeps the socket until accept has returned
            }
        } else if (mode == Mode.REFUSING) {
            open();
        }
        mode = next;
    }

    private void open() throws IOException {
        for (int i = 0; i < serverSockets.length; i++) {
            ServerSocket serverSocket = new ServerSocket(ports[i], BACKLOG, InetAddress.getLoopbackAddress());
            boolean greets = i > 0;
            serverSockets[i] = serverSocket;
            acceptors[i] = threads.submit(() -> accept(serverSocket, greets));
        }
    }

    private void accept(ServerSocket serverSocket, boolean greets) {
        try {
            while (true) {
                Socket socket = serverSocket.accept();
                long resetAfter = mode == Mode.RESETTING ? ThreadLocalRandom.current().nextInt(RESET_BEFORE) : -1;
                threads.execute(() -> serve(socket, greets, resetAfter));
            }
        } catch (IOException e) {
            if (!serverSocket.isClosed()) {
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
            // the client closed before it had sent a header, or this was a probe
        } catch (IOException | CompletionException e) {
            // the connection failed; the client checks whether a fault explains it
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

    /** The output of a connection, which is reset after a number of bytes. */
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
