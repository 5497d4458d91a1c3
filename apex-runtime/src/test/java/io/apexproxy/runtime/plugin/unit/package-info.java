/** Tests of the files of plugins: versions, and files that other users could change. */
package io.apexproxy.runtime.plugin.unit;
