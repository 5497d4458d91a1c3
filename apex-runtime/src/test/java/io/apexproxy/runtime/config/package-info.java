/** Tests of the validated configuration: the changes that a reload detects. */
package io.apexproxy.runtime.config;
