package io.apexproxy.runtime.cli.convert;

import io.apexproxy.api.ConfigException;
import io.apexproxy.api.ConfigProblem;
import io.apexproxy.api.Origin;
import io.apexproxy.runtime.cli.convert.draft.Draft;
import io.apexproxy.runtime.cli.convert.draft.DraftCheck;
import io.apexproxy.runtime.cli.convert.draft.Group;
import io.apexproxy.runtime.cli.convert.draft.TomlWriter;
import io.apexproxy.runtime.cli.convert.haproxy.HaproxySyntax;
import io.apexproxy.runtime.cli.convert.haproxy.HaproxyTranslator;
import io.apexproxy.runtime.cli.convert.nginx.NginxSyntax;
import io.apexproxy.runtime.cli.convert.nginx.NginxTranslator;
import io.apexproxy.runtime.log.CleanText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The command {@code apex convert}. */
public final class Conversion {

    private static final int MAX_BYTES = 256 << 10;
    /** Of a failure. */
    private static final int MAX_REASONS = 20;
    /** After blanks and comments. Sections of HAProxy begin with words that are no directives of nginx. */
    private static final Pattern FIRST_WORD = Pattern.compile("(?:\\s++|#[^\n]*+)*+([^\\s{;]{1,100}+)");
    private static final Pattern DIRECTIVE = Pattern.compile("[a-z_0-9]+");

    private Conversion() {
    }

    /**
     * Converts a file.
     *
     * @param file the configuration of HAProxy or nginx, at most 256 KiB
     * @return a configuration of Apex in TOML, which has no mistake that is found without other files
     * @throws ConfigException if the file is no such configuration, or nothing in it can be converted
     * @throws IOException if the file cannot be read
     */
    public static String of(Path file) throws IOException {
        byte[] bytes;
        try (InputStream input = Files.newInputStream(file)) {
            bytes = input.readNBytes(MAX_BYTES + 1);
        }
        String shown = CleanText.piece(file.toString());
        String name = shown.equals(CleanText.piece(shown)) ? shown : "source"; // messages would shorten it again
        if (bytes.length > MAX_BYTES) {
            throw new ConfigException(Origin.of(name),
                    "expected at most " + (MAX_BYTES >> 10) + " KiB, found more: convert parts of the file");
        }
        return of(name, new String(bytes, StandardCharsets.UTF_8));
    }

    static String of(String file, String text) {
        Draft draft = draft(file, text);
        Group root = draft.root();
        List<ConfigProblem> problems = DraftCheck.repair(root);
        if (!problems.isEmpty()) {
            boolean hasListeners = draft.listeners().hasValues(each -> true);
            throw new ConfigException(hasListeners ? problems : reasons(Origin.of(file), root));
        }
        return "# Converted by apex convert. Comments have the lines of " + file + ".\n"
                + TomlWriter.text(root);
    }

    private static Draft draft(String file, String text) {
        Matcher first = FIRST_WORD.matcher(text);
        String word = first.lookingAt() ? first.group(1) : "";
        if (HaproxySyntax.isSection(word) || word.startsWith(".")) {
            return HaproxyTranslator.translate(HaproxySyntax.parse(file, text));
        }
        if (!DIRECTIVE.matcher(word).matches()) {
            throw new ConfigException(Origin.of(file), "expected a section of HAProxy such as global, or a directive"
                    + " of nginx such as stream, found " + (word.isEmpty() ? "nothing" : CleanText.piece(word)));
        }
        return NginxTranslator.translate(NginxSyntax.parse(file, text));
    }

    /** Returns the comments outside of listeners and pools, which have the reasons why none is left. */
    private static List<ConfigProblem> reasons(Origin file, Group root) {
        List<ConfigProblem> reasons = new ArrayList<>(List.of(new ConfigProblem(file,
                "expected a listener for TCP with a counterpart in Apex, found none")));
        Stream.concat(Stream.of(root), Stream.of("listeners", "pools").flatMap(key -> root.find(key).stream())
                .map(entry -> (Group) entry.value()))
                .flatMap(group -> group.entries().stream())
                .filter(entry -> entry.value() instanceof Group.Comment).limit(MAX_REASONS)
                .forEach(entry -> reasons.add(new ConfigProblem(file, ((Group.Comment) entry.value()).text())));
        return reasons;
    }
}
