package io.apexproxy.dist.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;

/**
 * The configuration. It always has all listeners, and in each pool a backend without faults. The other settings vary.
 *
 * @param steady backends without faults
 * @param faulty backends with faults
 */
record ConfigFile(Path file, int adminPort, int sparePort, List<ListenerPort> listeners, List<BackendProcess> steady,
        List<BackendProcess> faulty) {

    private static final int WEIGHTS = 4;
    /** Longer than any session lasts, so that a session that reaches a timeout is stuck. */
    private static final int TIMEOUT_SECONDS = 20;
    private static final int TIMEOUTS = 5;
    /** Pools of the listener {@code web}, which uses one of them; the other can be absent. */
    private static final List<String> WEB_POOLS = List.of("web-a", "web-b");

    /** Writes a configuration with every backend, equal weights and no unused pool. */
    void writeComplete() {
        writeInPlace(text(new Random(), true));
    }

    /** Writes a random configuration, in place or by a rename. */
    void writeAny(Random random) {
        String text = text(random, false);
        if (random.nextBoolean()) {
            writeInPlace(text);
        } else {
            rename(text);
        }
    }

    void writeBroken(Random random) {
        writeInPlace(text(random, false) + "= nothing\n");
    }

    private void writeInPlace(String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void rename(String text) {
        try {
            Path written = Files.writeString(file.resolveSibling("config.toml.new"), text);
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String text(Random random, boolean complete) {
        var text = new StringBuilder("""
                [admin]
                listen_addr = "127.0.0.1:%d"
                """.formatted(adminPort));
        int web = complete ? 0 : random.nextInt(WEB_POOLS.size());
        for (ListenerPort listener : listeners) {
            String pool = listener.name().equals("web") ? WEB_POOLS.get(web) : listener.name();
            text.append(listener(listener.name(), listener.port(), pool, random));
            text.append(pool(pool, listener, random, complete));
            if (!complete && listener.name().equals("web") && random.nextBoolean()) {
                text.append(pool(WEB_POOLS.get(1 - web), listener, random, complete));
            }
        }
        if (!complete && random.nextBoolean()) {
            text.append(listener("spare", sparePort, "spare", random));
            text.append(pool("spare", listeners.get(0), random, false));
        }
        return text.toString();
    }

    private static String listener(String name, int port, String pool, Random random) {
        return """
                [listeners.%s]
                listen_addr = "127.0.0.1:%d"
                pool = "%s"
                idle_timeout = "%ds"
                half_closed_timeout = "%ds"
                """.formatted(name, port, pool, TIMEOUT_SECONDS + random.nextInt(TIMEOUTS),
                TIMEOUT_SECONDS + random.nextInt(TIMEOUTS));
    }

    private String pool(String name, ListenerPort listener, Random random, boolean complete) {
        ToIntFunction<BackendProcess> port = listener.greets() ? BackendProcess::greetingPort : BackendProcess::port;
        Function<BackendProcess, String> any = backend -> "{ address = \"127.0.0.1:%d\", weight = %d }".formatted(
                port.applyAsInt(backend), complete ? 1 : random.nextInt(WEIGHTS));
        List<String> backends = new ArrayList<>();
        backends.add("\"127.0.0.1:%d\"".formatted(port.applyAsInt(steady.get(0))));
        steady.stream().skip(1).filter(each -> complete || random.nextBoolean()).map(any).forEach(backends::add);
        if (!listener.steady()) {
            faulty.stream().filter(each -> complete || random.nextInt(4) > 0).map(any).forEach(backends::add);
        }
        Collections.shuffle(backends, random);
        return """
                [pools.%s]
                connect_attempts = 10
                backends = [%s]
                [pools.%1$s.health_check]
                interval = "500ms"
                """.formatted(name, backends.stream().collect(Collectors.joining(", ")));
    }
}
