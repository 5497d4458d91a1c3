package io.apexproxy.runtime.source;

import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.api.source.FoundBackend;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.AddressText;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.tree.NameRules;
import io.apexproxy.runtime.log.CleanText;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Reader of the backends in an answer. An answer with a mistake is refused as a whole. Pure. */
final class AnswerReader {

    /** Twice as many as the largest pools in tests of scale; each backend has its own probes and counters. */
    static final int MAX_BACKENDS = 10_000;
    /** Enough for the labels of a container or of a target of Prometheus. */
    static final int MAX_ATTRIBUTES = 32;

    private AnswerReader() {
    }

    /**
     * Returns the backends of an answer, in its order. Ignores a backend with the address of an earlier one, and the
     * attributes beyond {@value #MAX_ATTRIBUTES} or longer than 200 characters.
     *
     * @throws InvalidAnswerException if the answer has too many backends, an invalid name or address, or a name twice
     */
    static List<BackendConfig> read(List<FoundBackend> found) throws InvalidAnswerException {
        if (found.size() > MAX_BACKENDS) {
            throw new InvalidAnswerException(
                    "the answer has " + found.size() + " backends, more than " + MAX_BACKENDS);
        }
        List<BackendConfig> backends = new ArrayList<>(found.size());
        Set<String> addresses = new HashSet<>();
        Map<String, String> names = new LinkedHashMap<>();
        for (FoundBackend each : found) {
            Address address = address(each.address());
            if (!addresses.add(address.key())) {
                continue;
            }
            String name = name(each, address);
            String other = names.put(name, each.address());
            if (other != null) {
                throw new InvalidAnswerException("the answer has the name '" + name + "' twice, for "
                        + CleanText.piece(other) + " and " + CleanText.piece(each.address()));
            }
            backends.add(new BackendConfig(name, address, each.draining() ? 0 : each.weight(), each.maxConnections(),
                    BackendConfig.State.ACTIVE, each.tier(), attributes(each.attributes()),
                    BackendConfig.Presence.PRESENT));
        }
        return List.copyOf(backends);
    }

    private static Address address(String text) throws InvalidAnswerException {
        ConfigTree value = new ConfigTree.Scalar(text, Origin.of(""));
        var address = AddressText.OF_BACKEND.conversion().apply(value);
        if (address.isEmpty()) {
            throw new InvalidAnswerException("the answer has an invalid address: "
                    + AddressText.OF_BACKEND.mistake(value));
        } else if (address.get() instanceof HostPort internet && internet.isPortOfListener()) {
            throw new InvalidAnswerException("the answer has an invalid address: only a backend of the configuration"
                    + " can have the port of the listener, found " + address.get());
        }
        return address.get();
    }

    private static String name(FoundBackend backend, Address address) throws InvalidAnswerException {
        if (backend.name().isEmpty()) {
            return address.toString();
        }
        if (!NameRules.isValid(backend.name())) {
            throw new InvalidAnswerException("the answer has an invalid name: expected " + NameRules.TYPE.expected()
                    + ", found '" + CleanText.piece(backend.name()) + "'" + NameRules.hint(backend.name()));
        }
        return backend.name();
    }

    private static Map<String, String> attributes(Map<String, String> found) {
        TreeMap<String, String> kept = new TreeMap<>();
        found.forEach((key, value) -> {
            if (key.length() <= CleanText.MAX_PIECE_LENGTH && value.length() <= CleanText.MAX_PIECE_LENGTH) {
                kept.put(key, value);
            }
        });
        while (kept.size() > MAX_ATTRIBUTES) {
            kept.pollLastEntry();
        }
        return kept;
    }
}
