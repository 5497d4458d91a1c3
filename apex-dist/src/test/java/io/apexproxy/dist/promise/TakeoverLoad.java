package io.apexproxy.dist.promise;

import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.FreePorts;
import io.apexproxy.test.TestServer;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/** A program that runs takeovers under load, and prints how many connections were served and which failed. */
final class TakeoverLoad {

    private static final int TAKEOVERS = 5;
    private static final int CLIENTS = 4;
    private static final int SESSIONS = 20;

    private TakeoverLoad() {
    }

    /** Runs the program; the argument is an empty directory. */
    public static void main(String[] arguments) {
        Distribution apex = Distribution.copiedTo(Path.of(arguments[0]));
        int port = FreePorts.next();
        Deque<ApexProcess> processes = new ArrayDeque<>();
        try (var backend = TestServer.echo()) {
            apex.configure(Config.withBackends(backend.address()).port(port).settings("access_log = \"off\"").toml());
            processes.add(apex.start());
            processes.getLast().port();
            List<Client> sessions = opened(port, SESSIONS);
            try (var load = Load.on(port, CLIENTS)) {
                for (int i = 0; i < TAKEOVERS; i++) {
                    ApexProcess next = apex.start("--takeover", Long.toString(processes.getLast().pid()));
                    processes.add(next);
                    next.awaitLine("has stopped listening, and drains");
                }
                sessions.forEach(TakeoverLoad::requireOpen);
                System.out.println("served " + load.served() + ", failures " + load.failures());
            }
        } finally {
            processes.forEach(ApexProcess::close);
        }
    }

    private static List<Client> opened(int port, int count) {
        return Stream.generate(() -> Client.to(port)).limit(count).toList();
    }

    private static void requireOpen(Client client) {
        if (!client.echo("still").equals("still")) {
            throw new IllegalStateException("a session was closed");
        }
    }
}
