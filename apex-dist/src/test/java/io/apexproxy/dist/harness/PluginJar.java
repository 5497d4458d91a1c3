package io.apexproxy.dist.harness;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A third-party plugin: sources that are compiled against the jars in lib/ and packed into a jar. */
public final class PluginJar {

    private static final String CLASS = "Plugin";

    private final Map<String, String> sources = new LinkedHashMap<>();
    private final List<Path> modulePath = new ArrayList<>(shipped("apex-api-"));

    private PluginJar() {
    }

    /** Returns a plugin with these sources, by their paths below the source directory. */
    public static PluginJar of(Map<String, String> sources) {
        PluginJar jar = new PluginJar();
        jar.sources.putAll(sources);
        return jar;
    }

    /**
     * Returns a load balancer, class {@code Plugin}, in a module and a package of the same name.
     *
     * @param module the name of the module
     * @param provider the name of the provider
     * @param pick the result of a pick, a Java expression with {@code healthy} and {@code connection}
     */
    public static PluginJar balancer(String module, String provider, String pick) {
        return new PluginJar().requires(module, "").source(module, CLASS, """
                public final class Plugin implements io.apexproxy.api.balance.LoadBalancerProvider {
                    public String name() { return "%s"; }
                    public io.apexproxy.api.balance.LoadBalancer create(
                            io.apexproxy.api.Settings settings, io.apexproxy.api.PluginContext context) {
                        return healthy -> connection -> %s;
                    }
                }
                """.formatted(provider, pick));
    }

    /** Adds directives to the module descriptor, such as {@code requires java.net.http;}. */
    public PluginJar requires(String module, String directives) {
        sources.put("module-info.java", """
                module %s {
                    requires io.apexproxy.api; %s
                    provides io.apexproxy.api.balance.LoadBalancerProvider with %s.%s;
                }
                """.formatted(module, directives, module, CLASS));
        return this;
    }

    /** Returns a module that exports a class {@code Library} whose {@code index()} returns this number. */
    public static PluginJar library(String module, int index) {
        return of(Map.of("module-info.java", "module " + module + " { exports " + module + "; }"))
                .source(module, "Library", "public interface Library { static int index() { return " + index + "; } }");
    }

    public PluginJar source(String packageName, String className, String text) {
        sources.put(packageName.replace('.', '/') + '/' + className + ".java", "package " + packageName + "; " + text);
        return this;
    }

    /** Adds a jar to the module path; another version of apex-api replaces the shipped one. */
    public PluginJar against(Path jar) {
        modulePath.add(0, jar);
        return this;
    }

    /** Compiles the sources and writes the jar. */
    public Path writeTo(Path jar) {
        try {
            Files.createDirectories(jar.getParent());
            Path work = Files.createTempDirectory(jar.toAbsolutePath().getParent(), ".build"); // hidden from the loader
            Path classes = Files.createDirectory(work.resolve("classes"));
            List<String> javac = new ArrayList<>(List.of("--release", "17", "-Xlint:all", "-Werror",
                    "-d", classes.toString(), "--class-path", classes.toString(), // not the class path of the tests
                    "--module-path", modulePath.stream().map(Path::toString)
                            .collect(Collectors.joining(File.pathSeparator))));
            for (Map.Entry<String, String> source : sources.entrySet()) {
                Path file = work.resolve(source.getKey());
                Files.createDirectories(file.getParent());
                javac.add(Files.writeString(file, source.getValue()).toString());
            }
            run("javac", javac.toArray(String[]::new));
            run("jar", "--create", "--file", jar.toString(), "-C", classes.toString(), ".");
            delete(work);
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Changes the content of a jar. */
    public static void edit(Path jar, Edit edit) {
        try (FileSystem content = FileSystems.newFileSystem(jar)) {
            edit.apply(content.getPath("/"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the jars in lib/ whose names have a prefix. */
    public static List<Path> shipped(String prefix) {
        try (Stream<Path> files = Files.list(Distribution.built().resolve("lib"))) {
            return files.filter(file -> file.getFileName().toString().startsWith(prefix)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static void run(String tool, String... arguments) {
        StringWriter output = new StringWriter();
        PrintWriter printer = new PrintWriter(output);
        if (ToolProvider.findFirst(tool).orElseThrow().run(printer, printer, arguments) != 0) {
            throw new AssertionError(tool + " " + List.of(arguments) + "\n" + output);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> walk = Files.walk(directory)) {
            for (Path file : walk.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A change of the content of a jar. */
    @FunctionalInterface
    public interface Edit {
        void apply(Path root) throws IOException;
    }
}
