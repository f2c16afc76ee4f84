<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%n more matching prompt(s) needed to show it is below %1.</source>
        <translation>
            <numerusform>%n more matching prompt needed to show it is below %1.</numerusform>
            <numerusform>%n more matching prompts needed to show it is below %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more request(s) a side needed to show it is below %1.</source>
        <translation>
            <numerusform>%n more request a side needed to show it is below %1.</numerusform>
            <numerusform>%n more requests a side needed to show it is below %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n more clean request(s) needed to show it is below %1.</source>
        <translation>
            <numerusform>%n more clean request needed to show it is below %1.</numerusform>
            <numerusform>%n more clean requests needed to show it is below %1.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s) ago</source>
        <translation>
            <numerusform>%n second ago</numerusform>
            <numerusform>%n seconds ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s) ago</source>
        <translation>
            <numerusform>%n minute ago</numerusform>
            <numerusform>%n minutes ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s) ago</source>
        <translation>
            <numerusform>%n hour ago</numerusform>
            <numerusform>%n hours ago</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s) ago</source>
        <translation>
            <numerusform>%n day ago</numerusform>
            <numerusform>%n days ago</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>drover::gui::CheckDialog</name>
    <message numerus="yes">
        <source>Forget %n key(s)</source>
        <translation>
            <numerusform>Forget %n key</numerusform>
            <numerusform>Forget %n keys</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>drover::gui::Commands</name>
    <message numerus="yes">
        <source>%n key(s) imported. Verify them next.</source>
        <translation>
            <numerusform>%n key imported. Verify it next.</numerusform>
            <numerusform>%n keys imported. Verify them next.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) forgotten.</source>
        <translation>
            <numerusform>%n key forgotten.</numerusform>
            <numerusform>%n keys forgotten.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>drover::gui::ImportDialog</name>
    <message numerus="yes">
        <source>%n key(s) could not be taken</source>
        <translation>
            <numerusform>%n key could not be taken</numerusform>
            <numerusform>%n keys could not be taken</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Import %n key(s)</source>
        <translation>
            <numerusform>Import %n key</numerusform>
            <numerusform>Import %n keys</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>drover::gui::KeysPage</name>
    <message numerus="yes">
        <source>%n other rotation(s) have not ended either.</source>
        <translation>
            <numerusform>%n other rotation has not ended either.</numerusform>
            <numerusform>%n other rotations have not ended either.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>drover::gui::OverviewPage</name>
    <message numerus="yes">
        <source>%n gate(s) still open.</source>
        <translation>
            <numerusform>%n gate still open.</numerusform>
            <numerusform>%n gates still open.</numerusform>
        </translation>
    </message>
</context>
</TS>
