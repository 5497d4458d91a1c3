package io.apexproxy.config.etcd;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.api.config.ConfigTree;
import io.apexproxy.config.toml.TomlTrees;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which key is what, and all of them as one tree:
 * <ul>
 * <li>{@code listeners/NAME}: a document in TOML, what stands below {@code [listeners.NAME]} in a file
 * <li>{@code pools/NAME}: likewise, but needs no {@code backends}; may be missing where there are backends and all the
 *     rest has its default
 * <li>{@code pools/NAME/backends/NAME}: an address, or TOML with {@code address} and more
 * <li>{@code config}: the short form, beginning with {@code backend_addrs}
 * </ul>
 *
 * <p>Documents that did not change are not parsed again. Used by one thread at a time.
 */
final class Documents {

    /** More than etcd takes by default, 1.5 MiB. Parsing was measured to need about 90 times the size of a document. */
    static final long LARGEST = Math.min(4 << 20, Runtime.getRuntime().maxMemory() / 128);

    private static final String CONFIG = "config";
    private static final String BACKENDS = "backends";
    private static final Pattern KEY =
            Pattern.compile("listeners/[^/]+|pools/[^/]+(?:/backends/(?<backend>[^/]+))?");

    private final String prefix;
    private Map<String, Parsed> parsed = new HashMap<>();

    /** A document in a tree, and the value that it was parsed from. */
    private record Parsed(String value, ConfigTree.Table tree) {
    }

    Documents(String prefix) {
        this.prefix = prefix;
    }

    /** Puts the documents together; every mistake is found, and names its key. */
    ReadResult read(Snapshot snapshot) {
        Assembly assembly = new Assembly();
        Map<String, Parsed> current = new HashMap<>();
        for (String key : snapshot.values().keySet()) {
            try {
                Parsed before = parsed.get(key);
                Parsed now = before != null && before.value().equals(snapshot.values().get(key))
                        ? before : new Parsed(snapshot.values().get(key), parse(key, snapshot.bytes(key)));
                current.put(key, now);
                assembly.add(key.substring(prefix.length()), now.tree());
            } catch (ConfigException e) {
                assembly.problems.addAll(e.problems());
            }
        }
        parsed = current;
        return assembly.problems.isEmpty() ? ReadResult.of(snapshot.revision(), assembly.tree())
                : ReadResult.of(snapshot.revision(), new ConfigException(assembly.problems));
    }

    private ConfigTree.Table parse(String key, byte[] value) {
        String source = "etcd:" + key;
        if (value.length > LARGEST) {
            throw new ConfigException(Origin.of(source), "expected at most " + LARGEST + " bytes, found " + value.length
                    + ": divide the document, give the JVM more heap, or delete the key if it is none of Apex");
        }
        String text = text(source, value);
        Matcher path = KEY.matcher(key.substring(prefix.length()));
        if (!path.matches()) {
            if (key.equals(prefix + CONFIG)) {
                return TomlTrees.parse(source, text);
            }
            throw new ConfigException(Origin.of(source), ("expected a key such as %slisteners/web, %1$spools/web,"
                    + " %1$spools/web/backends/app1 or %1$sconfig: delete it, or write it outside of %1$s")
                    .formatted(prefix));
        }
        return path.group("backend") == null ? TomlTrees.parse(source, text)
                : backend(source, path.group("backend"), text);
    }

    private static ConfigTree.Table backend(String source, String name, String text) {
        Origin origin = Origin.of(source);
        Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
        members.put("name", member(origin, new ConfigTree.Scalar(name, origin)));
        if (text.startsWith("{") || text.contains("=")) {
            ConfigTree.Table table = text.startsWith("{")
                    ? TomlTrees.parseInlineTable(source, text) : TomlTrees.parse(source, text);
            table.members().forEach((key, member) -> {
                if (members.put(key, member) != null) {
                    throw new ConfigException(member.key(), "name: the key says it already; remove it here");
                }
            });
        } else {
            Origin start = new Origin(source, 1, 1);
            members.put("address", member(start, new ConfigTree.Scalar(text.strip(), start)));
        }
        return new ConfigTree.Table(members, origin);
    }

    private static String text(String source, byte[] value) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
        } catch (CharacterCodingException e) {
            throw new ConfigException(Origin.of(source), "expected text in UTF-8, found other bytes: write it anew");
        }
    }

    private static ConfigTree.Member member(Origin key, ConfigTree value) {
        return new ConfigTree.Member(key, value);
    }

    /** The tree, growing. */
    private final class Assembly {

        private final List<ConfigProblem> problems = new ArrayList<>();
        private final Map<String, ConfigTree.Member> root = new LinkedHashMap<>();
        private final Map<String, ConfigTree.Member> listeners = new TreeMap<>();
        private final Map<String, ConfigTree.Table> pools = new TreeMap<>();
        private final Map<String, List<ConfigTree>> backends = new TreeMap<>();

        void add(String path, ConfigTree.Table document) {
            String[] parts = path.split("/");
            if (path.equals(CONFIG)) {
                document.members().forEach(this::addToRoot);
            } else if (parts.length > 2) {
                backends.computeIfAbsent(parts[1], pool -> new ArrayList<>()).add(document);
            } else if (parts[0].equals("listeners")) {
                listeners.put(parts[1], member(document.origin(), document));
            } else {
                pools.put(parts[1], document);
            }
        }

        private void addToRoot(String key, ConfigTree.Member member) {
            if (key.equals("listeners") || key.equals("pools")) {
                problems.add(new ConfigProblem(member.key(), "%s: expected a key in etcd for each, such as %s%1$s/web"
                        .formatted(key, prefix)));
            }
            root.put(key, member);
        }

        ConfigTree.Table tree() {
            Map<String, ConfigTree.Member> all = new TreeMap<>();
            pools.keySet().forEach(name -> all.put(name, pool(name, List.of())));
            backends.forEach((name, registered) -> all.put(name, pool(name, registered)));
            Origin origin = Origin.of("etcd:" + prefix);
            put("listeners", listeners, origin);
            put("pools", all, origin);
            return new ConfigTree.Table(root, origin);
        }

        private void put(String key, Map<String, ConfigTree.Member> members, Origin origin) {
            if (!members.isEmpty()) {
                root.put(key, member(origin, new ConfigTree.Table(members, origin)));
            }
        }

        /** A pool with the backends of its document, then those that have a key each. */
        private ConfigTree.Member pool(String name, List<ConfigTree> registered) {
            Origin origin = Origin.of("etcd:" + prefix + "pools/" + name);
            Map<String, ConfigTree.Member> members = new LinkedHashMap<>();
            if (pools.containsKey(name)) {
                members.putAll(pools.get(name).members());
            }
            ConfigTree.Member written = members.get(BACKENDS);
            List<ConfigTree> together = new ArrayList<>();
            if (written != null && written.value() instanceof ConfigTree.Array array) {
                together.addAll(array.elements());
            }
            together.addAll(registered);
            if (written == null || written.value() instanceof ConfigTree.Array) { // else Apex tells that it is no array
                Origin place = written == null ? origin : written.key();
                members.put(BACKENDS, member(place, new ConfigTree.Array(together, place)));
            }
            return member(origin, new ConfigTree.Table(members, origin));
        }
    }
}
