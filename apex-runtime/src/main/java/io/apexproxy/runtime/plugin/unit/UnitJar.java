package io.apexproxy.runtime.plugin.unit;

import io.apexproxy.runtime.log.CleanText;
import java.io.IOException;
import java.io.InputStream;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;

/**
 * A jar of a unit that was opened to see whether it is a module. Each has a finder of its own, so that one that is
 * damaged harms only itself.
 *
 * @param file where it is
 * @param finder finds its module, also one without a descriptor
 * @param descriptor the module descriptor, if there is one
 */
public record UnitJar(PluginUnit.Jar file, ModuleFinder finder, Optional<ModuleDescriptor> descriptor) {

    /** Far more than the names of all providers of a library. */
    private static final int LONGEST_SERVICES = 64 << 10;
    /** More than all such files of a large library. */
    private static final int LONGEST_SERVICES_TOGETHER = 1 << 20;

    /**
     * Opens a jar and closes it again.
     *
     * @param file the jar
     * @return what was found in it
     * @throws UnitException if it cannot be read or is not fit for a unit
     */
    public static UnitJar open(PluginUnit.Jar file) throws UnitException {
        ModuleFinder finder = ModuleFinder.of(file.path());
        checkType(file.path());
        try (JarFile jar = new JarFile(file.path().toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
            checkServices(jar);
            boolean hasDescriptor = jar.getEntry("module-info.class") != null;
            return new UnitJar(file, finder, hasDescriptor ? only(finder) : Optional.empty());
        } catch (IOException | RuntimeException e) { // whatever it is, it harms this jar only
            throw new UnitException(e);
        }
    }

    /** Opening a pipe blocks until a program writes to it. */
    private static void checkType(Path path) throws UnitException {
        try {
            if (Files.readAttributes(path, BasicFileAttributes.class).isOther()) {
                throw new UnitException("expected a jar, found a pipe, a socket or a device; remove it");
            }
        } catch (IOException e) {
            throw new UnitException(e);
        }
    }

    /** Java reads each of these files as a whole into memory, and does not ask how large it is. */
    private static void checkServices(JarFile jar) throws IOException, UnitException {
        int together = 0;
        for (JarEntry entry : jar.stream().filter(UnitJar::isServices).toList()) {
            int size;
            try (InputStream in = jar.getInputStream(entry)) {
                size = in.readNBytes(LONGEST_SERVICES + 1).length;
            }
            together += size;
            if (size > LONGEST_SERVICES || together > LONGEST_SERVICES_TOGETHER) {
                throw new UnitException("expected at most 64 KiB in a file of META-INF/services, and 1 MiB in all of"
                        + " them, found more in " + CleanText.piece(entry.getName()) + "; replace the jar");
            }
        }
    }

    private static boolean isServices(JarEntry entry) {
        return entry.getName().startsWith("META-INF/services/") && !entry.isDirectory();
    }

    /** The module, whose name is derived from the file where there is no descriptor. */
    ModuleDescriptor module() throws UnitException {
        try {
            return only(finder).orElseThrow(() -> new FindException("no module in " + file.origin()));
        } catch (FindException e) {
            throw new UnitException(e);
        }
    }

    /**
     * Returns whether the module descriptor provides a plugin.
     *
     * @return {@code false} also if there is no descriptor
     */
    public boolean isModularPlugin() {
        return descriptor.stream().flatMap(module -> module.provides().stream())
                .anyMatch(provides -> ProviderKind.isService(provides.service()));
    }

    private static Optional<ModuleDescriptor> only(ModuleFinder finder) {
        return finder.findAll().stream().map(ModuleReference::descriptor).findFirst();
    }
}
