@echo off
rem Starts Apex. "apex --help" explains its use.
rem
rem JAVA_HOME          the Java installation; default: the java of the PATH. The directory jre next to bin goes first.
rem JDK_JAVA_OPTIONS   JVM options, which java reads before those of conf\jvm.options
rem APEX_CACHE         a directory for the file of "apex archive"; default: lib of the distribution
setlocal

for %%I in ("%~dp0..") do set "HOME_DIRECTORY=%%~fI"
set "OPTIONS_FILE="
if exist "%HOME_DIRECTORY%\conf\jvm.options" set OPTIONS_FILE="@%HOME_DIRECTORY%\conf\jvm.options"

set "JAVA=%HOME_DIRECTORY%\jre\bin\java.exe"
if exist "%JAVA%" goto java_found
if not defined JAVA_HOME goto java_of_path
set "JAVA=%JAVA_HOME%\bin\java.exe"
if exist "%JAVA%" goto java_found
echo apex: JAVA_HOME is '%JAVA_HOME%', which has no bin\java.exe: set it to a Java 17 or newer, or unset it to use the java of the PATH>&2
exit /b 1

:java_of_path
set "JAVA="
for %%I in (java.exe) do set "JAVA=%%~$PATH:I"
if defined JAVA goto java_found
echo apex: no java found: install Java 17 or newer and add it to the PATH, or set JAVA_HOME to it>&2
exit /b 1

:java_found
rem The file "release" next to bin contains the version, as in JAVA_VERSION="17.0.15". Without it, the check is skipped.
set "MAJOR=17"
for %%I in ("%JAVA%") do set "RELEASE=%%~dpI..\release"
if not exist "%RELEASE%" goto start
set "VERSION="
for /f "tokens=2 delims==" %%V in ('findstr /b "JAVA_VERSION=" "%RELEASE%"') do set "VERSION=%%~V"
if not defined VERSION goto start
for /f "tokens=1 delims=.-+" %%M in ("%VERSION%") do set "MAJOR=%%M"
if %MAJOR% geq 17 goto start
echo apex: Java 17 or newer is needed, "%JAVA%" is %VERSION%: set JAVA_HOME to a newer one>&2
exit /b 1

:start
set NATIVE_ACCESS=
if %MAJOR% geq 22 set NATIVE_ACCESS=--enable-native-access=io.apexproxy.runtime
rem A file with loaded classes for each version of Java. Java silently ignores one of another build or of other jars.
set "ARCHIVE=apex-%MAJOR%.jsa"
set "USE=-XX:SharedArchiveFile"
set "CREATE=-XX:ArchiveClassesAtExit"
set "LOG=-Xlog:cds*=off"
if %MAJOR% lss 25 goto archive_named
set "ARCHIVE=apex-%MAJOR%.aot"
set "USE=-XX:AOTCache"
set "CREATE=-XX:AOTCacheOutput"
set "LOG=-Xlog:aot*=off,cds*=off"

:archive_named
set "ARCHIVE_DIRECTORY=%HOME_DIRECTORY%\lib"
if defined APEX_CACHE set "ARCHIVE_DIRECTORY=%APEX_CACHE%"
set "NEW_ARCHIVE="
if "%~1"=="archive" if "%~2"=="" set "NEW_ARCHIVE=%ARCHIVE_DIRECTORY%\%ARCHIVE%.new"
rem here, an archive that fits is also made again
if "%~1"=="archive" if "%~2"=="--if-needed" set "NEW_ARCHIVE=%ARCHIVE_DIRECTORY%\%ARCHIVE%.new"
if not defined NEW_ARCHIVE if not exist "%ARCHIVE_DIRECTORY%\%ARCHIVE%" set "ARCHIVE_DIRECTORY=%HOME_DIRECTORY%\lib"
set "ARCHIVE=%ARCHIVE_DIRECTORY%\%ARCHIVE%"
set ARCHIVE_OPTIONS=
if exist "%ARCHIVE%" set ARCHIVE_OPTIONS="%USE%=%ARCHIVE%" "%LOG%"
if defined NEW_ARCHIVE set ARCHIVE_OPTIONS="%CREATE%=%NEW_ARCHIVE%" "%LOG%"
if defined NEW_ARCHIVE goto train

"%JAVA%" %OPTIONS_FILE% %ARCHIVE_OPTIONS% %NATIVE_ACCESS% "-Dapex.home=%HOME_DIRECTORY%" "-Dlogback.configurationFile=%HOME_DIRECTORY%\conf\logback.xml" --module-path "%HOME_DIRECTORY%\lib" --add-modules ALL-DEFAULT --module io.apexproxy.runtime/io.apexproxy.runtime.cli.Main %*
exit /b %ERRORLEVEL%

:train
"%JAVA%" %OPTIONS_FILE% %ARCHIVE_OPTIONS% %NATIVE_ACCESS% "-Dapex.home=%HOME_DIRECTORY%" "-Dlogback.configurationFile=%HOME_DIRECTORY%\conf\logback.xml" --module-path "%HOME_DIRECTORY%\lib" --add-modules ALL-DEFAULT --module io.apexproxy.runtime/io.apexproxy.runtime.cli.Main %*
if errorlevel 1 goto training_failed
if not exist "%NEW_ARCHIVE%" goto training_failed
move /y "%NEW_ARCHIVE%" "%ARCHIVE%" >nul || exit /b 1
echo apex: wrote %ARCHIVE%
exit /b 0

:training_failed
echo apex: no archive was made: the training run failed, or "%NEW_ARCHIVE%" could not be written>&2
exit /b 1
