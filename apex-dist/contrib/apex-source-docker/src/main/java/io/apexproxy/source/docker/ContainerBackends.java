package io.apexproxy.source.docker;

import io.apexproxy.api.source.FoundBackend;
import io.apexproxy.source.docker.Container.Port;
import java.io.IOException;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Makes backends of containers. Pure. A label that cannot be used, and an address that cannot be determined, are
 * failures with the name of the container.
 *
 * @param network the network in which Apex connects to the containers; empty: it connects to their published ports
 * @param host the host on which the ports of the containers are published
 */
record ContainerBackends(Optional<String> network, String host) {

    private static final String PREFIX = "apex.";
    private static final String ATTRIBUTES = PREFIX + "attributes.";
    private static final String PORT = PREFIX + "port";
    private static final String WEIGHT = PREFIX + "weight";
    private static final String TIER = PREFIX + "tier";
    private static final String MAX_CONNECTIONS = PREFIX + "max_connections";
    /** The label {@code apex.pool} has no meaning here: it selects containers. */
    private static final Set<String> KNOWN = new TreeSet<>(
            Set.of(PREFIX + "pool", PORT, WEIGHT, TIER, MAX_CONNECTIONS));
    /** The name of the host's network, in Docker and in Podman. */
    private static final String HOST = "host";
    private static final int MAX_PORT = 65_535;
    private static final Set<String> ALL_ADDRESSES = Set.of("", "0.0.0.0", "::");

    FoundBackend backend(Container container) throws IOException {
        Map<String, String> labels = container.labels();
        try {
            return new FoundBackend(container.name(), address(container),
                    number(labels, WEIGHT, 0, FoundBackend.MAX).orElse(1),
                    number(labels, TIER, 0, FoundBackend.MAX).orElse(0),
                    number(labels, MAX_CONNECTIONS, 0, Integer.MAX_VALUE).orElse(0), false, attributes(labels));
        } catch (IOException e) {
            throw new IOException("container " + container.name() + ": " + e.getMessage(), e);
        }
    }

    private static OptionalInt number(Map<String, String> labels, String key, int min, int max) throws IOException {
        String text = labels.get(key);
        if (text == null) {
            return OptionalInt.empty();
        } else if (text.matches("\\d{1,10}") && Long.parseLong(text) >= min && Long.parseLong(text) <= max) {
            return OptionalInt.of(Integer.parseInt(text));
        }
        throw new IOException("label " + key + ": expected a whole number from " + min + " to " + max + ", found \""
                + text + '"');
    }

    private static Map<String, String> attributes(Map<String, String> labels) throws IOException {
        Map<String, String> attributes = new LinkedHashMap<>();
        for (Map.Entry<String, String> label : labels.entrySet()) {
            String key = label.getKey();
            if (key.startsWith(ATTRIBUTES) && key.length() > ATTRIBUTES.length()) {
                attributes.put(key.substring(ATTRIBUTES.length()), label.getValue());
            } else if (key.startsWith(PREFIX) && !KNOWN.contains(key)) {
                throw new IOException("unknown label " + key + "; known: " + String.join(", ", KNOWN) + ", "
                        + ATTRIBUTES + "NAME");
            }
        }
        return attributes;
    }

    private String address(Container container) throws IOException {
        OptionalInt port = number(container.labels(), PORT, 1, MAX_PORT);
        return network.isPresent() ? inNetwork(network.get(), container, port) : published(container, port);
    }

    private String inNetwork(String name, Container container, OptionalInt port) throws IOException {
        Map<String, String> networks = container.networks();
        // Podman 4 lists no network for a container in the host's network
        boolean isMember = networks.containsKey(name) || (name.equals(HOST) && networks.isEmpty());
        if (!isMember) {
            throw new IOException("expected in network " + name + ", found in "
                    + (networks.isEmpty() ? "no network" : String.join(", ", networks.keySet())));
        }
        String ip = name.equals(HOST) ? host : networks.get(name);
        if (ip.isEmpty()) {
            throw new IOException("has no address in network " + name);
        }
        return joined(ip, port.isPresent() ? port.getAsInt() : only("exposes", container.ports()));
    }

    private String published(Container container, OptionalInt port) throws IOException {
        List<Port> published = container.ports().stream().filter(Port::isPublished).toList();
        int inside = port.isPresent() ? port.getAsInt() : only("publishes", published);
        Port chosen = published.stream().filter(each -> each.inside() == inside)
                .filter(each -> isLoopback(host) || !isLoopback(each.ip()))
                .min(Comparator.comparing((Port each) -> each.ip().contains(":")) // IPv4 first, if there are both
                        .thenComparing(Port::published))
                .orElseThrow(() -> new IOException("does not publish its TCP port " + inside + " on an address of "
                        + host));
        return joined(ALL_ADDRESSES.contains(chosen.ip()) ? host : chosen.ip(), chosen.published());
    }

    /** Returns whether an address is of the machine itself, so that no other machine can connect to it. */
    private static boolean isLoopback(String address) {
        return address.startsWith("127.") || Set.of("::1", "[::1]", "localhost").contains(address);
    }

    private static int only(String verb, List<Port> ports) throws IOException {
        List<Integer> inside = ports.stream().map(Port::inside).distinct().sorted().toList();
        if (inside.size() == 1) {
            return inside.get(0);
        }
        throw new IOException(inside.isEmpty() ? verb + " no TCP port"
                : verb + " several TCP ports; the label " + PORT + " chooses one of " + inside.stream()
                        .map(String::valueOf).collect(Collectors.joining(", ")));
    }

    private static String joined(String ip, int port) {
        return ip.contains(":") && !ip.startsWith("[") ? "[" + ip + "]:" + port : ip + ":" + port;
    }
}
