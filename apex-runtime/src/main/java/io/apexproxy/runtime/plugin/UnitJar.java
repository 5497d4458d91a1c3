package io.apexproxy.runtime.plugin;

import java.io.IOException;
import java.lang.module.FindException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.util.Optional;
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
record UnitJar(PluginUnit.Jar file, ModuleFinder finder, Optional<ModuleDescriptor> descriptor) {

    static UnitJar open(PluginUnit.Jar file) throws UnitRefused {
        ModuleFinder finder = ModuleFinder.of(file.path());
        try (JarFile jar = new JarFile(file.path().toFile(), false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
            boolean hasDescriptor = jar.getEntry("module-info.class") != null;
            return new UnitJar(file, finder, hasDescriptor ? only(finder) : Optional.empty());
        } catch (IOException | RuntimeException e) { // whatever it is, it harms this jar only
            throw new UnitRefused(e);
        }
    }

    /** The module, whose name is derived from the file where there is no descriptor. */
    ModuleDescriptor module() throws UnitRefused {
        try {
            return only(finder).orElseThrow(() -> new FindException("no module in " + file.origin()));
        } catch (FindException e) {
            throw new UnitRefused(e);
        }
    }

    /** Whether its descriptor provides a plugin. */
    boolean isModularPlugin() {
        return descriptor.stream().flatMap(module -> module.provides().stream())
                .anyMatch(provides -> ProviderKind.isService(provides.service()));
    }

    private static Optional<ModuleDescriptor> only(ModuleFinder finder) {
        return finder.findAll().stream().map(ModuleReference::descriptor).findFirst();
    }
}
