package io.apexproxy.source.docker;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.jr.ob.JSON;
import io.apexproxy.source.docker.Container.Port;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reader of the list of containers, the answer to {@code GET /containers/json}. Pure. Members that are not needed are
 * ignored. Podman omits some members, or they are {@code null}.
 */
final class Containers {

    /** The lists of Docker 27 and Podman 4.3 have at most six levels. */
    private static final int MAX_DEPTH = 20;
    private static final int MAX_PORT = 65_535;
    private static final int SHORT_ID = 12;
    private static final String NAMES = "Names";
    private static final JsonFactory FACTORY = JsonFactory.builder().streamReadConstraints(
            StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build()).build();

    private Containers() {
    }

    static List<Container> read(byte[] bytes) throws IOException {
        if (!(parse(bytes) instanceof List<?> elements)) {
            throw new IOException("expected a JSON array of containers");
        }
        List<Container> containers = new ArrayList<>();
        for (int index = 0; index < elements.size(); index++) {
            String where = "[" + index + "]";
            if (!(elements.get(index) instanceof Map<?, ?> members)) {
                throw new IOException(where + ": expected an object");
            }
            containers.add(container(where, members));
        }
        return containers;
    }

    private static Object parse(byte[] bytes) throws IOException {
        try (JsonParser parser = FACTORY.createParser(bytes)) {
            Object content = JSON.std.anyFrom(parser);
            if (parser.nextToken() != null) {
                throw new IOException("expected one JSON value, found more after it");
            }
            return content;
        } catch (JsonProcessingException e) {
            String where = Optional.ofNullable(e.getLocation()) // missing beyond the limits of the parser
                    .map(at -> " at line " + at.getLineNr() + ", column " + at.getColumnNr()).orElse("");
            throw new IOException("not valid JSON" + where + ": " + e.getOriginalMessage(), e);
        }
    }

    private static Container container(String where, Map<?, ?> members) throws IOException {
        if (!(members.get("Id") instanceof String id) || id.isEmpty()) {
            throw new IOException(where + ".Id: expected a string");
        }
        Map<String, String> labels = new LinkedHashMap<>();
        for (Map.Entry<?, ?> label : map(where + ".Labels", members.get("Labels")).entrySet()) {
            labels.put((String) label.getKey(), string(where + ".Labels." + label.getKey(), label.getValue()));
        }
        return new Container(id, name(where, id, members), labels, ports(where, members), networks(where, members));
    }

    /** Returns the name. With links of Docker, a container has further names such as {@code /other/alias}. */
    private static String name(String where, String id, Map<?, ?> members) throws IOException {
        for (Object element : list(where + ".Names", members.get(NAMES))) {
            String name = string(where + ".Names[]", element);
            if (name.lastIndexOf('/') == 0 && name.length() > 1) {
                return name.substring(1);
            }
        }
        return id.substring(0, Math.min(id.length(), SHORT_ID));
    }

    private static List<Port> ports(String where, Map<?, ?> members) throws IOException {
        List<Port> ports = new ArrayList<>();
        for (Object element : list(where + ".Ports", members.get("Ports"))) {
            String port = where + ".Ports[]";
            Map<?, ?> of = map(port, element);
            if ("tcp".equals(of.get("Type"))) {
                ports.add(new Port(string(port + ".IP", of.get("IP")),
                        number(port + ".PrivatePort", of.get("PrivatePort")),
                        number(port + ".PublicPort", of.get("PublicPort"))));
            }
        }
        return ports;
    }

    private static Map<String, String> networks(String where, Map<?, ?> members) throws IOException {
        Map<?, ?> settings = map(where + ".NetworkSettings", members.get("NetworkSettings"));
        Map<String, String> networks = new LinkedHashMap<>();
        for (Map.Entry<?, ?> network : map(where + ".Networks", settings.get("Networks")).entrySet()) {
            String path = where + ".Networks." + network.getKey();
            Map<?, ?> of = map(path, network.getValue());
            String ip = string(path, of.get("IPAddress"));
            networks.put((String) network.getKey(), ip.isEmpty() ? string(path, of.get("GlobalIPv6Address")) : ip);
        }
        return networks;
    }

    private static String string(String where, Object value) throws IOException {
        if (value == null || value instanceof String) {
            return value == null ? "" : (String) value;
        }
        throw new IOException(where + ": expected a string");
    }

    private static int number(String where, Object value) throws IOException {
        if (value == null) {
            return Container.NOT_PUBLISHED;
        } else if (value instanceof Integer number && number >= 0 && number <= MAX_PORT) {
            return number;
        }
        throw new IOException(where + ": expected a port");
    }

    private static Map<?, ?> map(String where, Object value) throws IOException {
        if (value == null || value instanceof Map) {
            return value == null ? Map.of() : (Map<?, ?>) value;
        }
        throw new IOException(where + ": expected an object");
    }

    private static List<?> list(String where, Object value) throws IOException {
        if (value == null || value instanceof List) {
            return value == null ? List.of() : (List<?>) value;
        }
        throw new IOException(where + ": expected an array");
    }
}
