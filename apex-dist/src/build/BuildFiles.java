import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * Writes files of the distribution for which Maven has no plugin. The build runs this source file with the name of a
 * task and its arguments.
 */
final class BuildFiles {

    /** Enough digits to be unambiguous, and always the same number. */
    private static final int COMMIT_DIGITS = 12;

    private BuildFiles() {
    }

    public static void main(String[] arguments) throws IOException, NoSuchAlgorithmException {
        List<String> rest = List.of(arguments).subList(1, arguments.length);
        switch (arguments[0]) {
            case "commit" -> writeCommit(Path.of(rest.get(0)), Path.of(rest.get(1)));
            case "shaded" -> addShaded(Path.of(rest.get(0)), rest.subList(1, rest.size()));
            case "checksums" -> writeChecksums(rest.stream().map(Path::of).toList());
            default -> throw new IllegalArgumentException("no task " + arguments[0]);
        }
    }

    /** Writes the commit of the environment, else the one that is checked out; empty if both are unknown. */
    private static void writeCommit(Path root, Path file) throws IOException {
        String named = Optional.ofNullable(System.getenv("APEX_COMMIT")).orElse("").strip();
        String commit = named.isEmpty() ? checkedOut(root) : named;
        Files.createDirectories(file.getParent());
        Files.writeString(file, "# the commit that this distribution was built from; empty if the build did not know\n"
                + "commit=" + commit + "\n");
    }

    /** Reads the files of git, because git itself may not be installed. */
    private static String checkedOut(Path root) throws IOException {
        Path entry = root.resolve(".git");
        if (!Files.exists(entry)) {
            return "";
        }
        // in a linked work tree, .git is a file with the path of the directory
        Path git = Files.isDirectory(entry) ? entry : root.resolve(content(entry).replaceFirst("^gitdir: ", ""));
        Path commonFile = git.resolve("commondir");
        Path common = Files.exists(commonFile) ? git.resolve(content(commonFile)) : git;
        String head = content(git.resolve("HEAD"));
        String commit = head.startsWith("ref: ") ? commit(git, common, head.substring("ref: ".length())) : head;
        return commit.matches("\\p{XDigit}{40,64}") ? commit.substring(0, COMMIT_DIGITS) : "";
    }

    private static String commit(Path git, Path common, String branch) throws IOException {
        for (Path place : List.of(git.resolve(branch), common.resolve(branch))) {
            if (Files.exists(place)) {
                return content(place);
            }
        }
        Path packed = common.resolve("packed-refs");
        return !Files.exists(packed) ? "" : Files.readAllLines(packed).stream()
                .filter(line -> line.endsWith(" " + branch)).map(line -> line.substring(0, line.indexOf(' ')))
                .findFirst().orElse("");
    }

    private static String content(Path file) throws IOException {
        return Files.readString(file).strip();
    }

    /**
     * Adds shaded libraries to the bill of materials, as components of the jars that contain them.
     *
     * @param libraries {@code outer>inner>licence}; inner is {@code group/artifact@version}, outer has no version
     */
    private static void addShaded(Path bill, List<String> libraries) throws IOException {
        if (!Files.exists(bill)) {
            return; // a build with -o writes none
        }
        String text = Files.readString(bill);
        for (String library : libraries) {
            String[] parts = library.split(">");
            String outer = "\"purl\" : \"pkg:maven/" + parts[0] + "@";
            if (text.indexOf(outer) < 0 || text.indexOf(outer) != text.lastIndexOf(outer)) {
                throw new IllegalStateException(bill + ": expected one component with " + outer);
            }
            text = text.replace(outer, component(parts[1], parts[2]) + outer);
        }
        Files.writeString(bill, text);
    }

    private static String component(String library, String licence) {
        String group = library.substring(0, library.indexOf('/'));
        String name = library.substring(library.indexOf('/') + 1, library.indexOf('@'));
        String version = library.substring(library.indexOf('@') + 1);
        return """
                "components" : [
                        {
                          "type" : "library",
                          "bom-ref" : "pkg:maven/%1$s?type=jar",
                          "group" : "%2$s",
                          "name" : "%3$s",
                          "version" : "%4$s",
                          "scope" : "required",
                          "licenses" : [ { "license" : { "id" : "%5$s" } } ],
                          "purl" : "pkg:maven/%1$s?type=jar"
                        }
                      ],
                      """.formatted(library, group, name, version, licence);
    }

    /** Writes the SHA-256 of each file next to it, in the form of sha256sum. */
    private static void writeChecksums(List<Path> files) throws IOException, NoSuchAlgorithmException {
        for (Path file : files) {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            Files.writeString(file.resolveSibling(file.getFileName() + ".sha256"),
                    HexFormat.of().formatHex(digest) + "  " + file.getFileName() + "\n");
        }
    }
}
